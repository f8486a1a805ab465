import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInLoop, findTuple, hashOf, rowFinder } from '../src/row-finder.ts';
import { ValueDictionary } from '../src/value-dictionary.ts';

const name = fc.oneof(
  fc.string(),
  fc.constantFrom('a-b', '"', '\\', '\n', '\u2028', '$', '`', '__proto__', 'constructor', 'class'),
);

interface Table {
  readonly slots: Int32Array;
  readonly ids: Int32Array;
}

/** A table that holds these tuples, laid out by the hash alone. */
function tableOf(tuples: readonly (readonly number[])[], arity: number): Table {
  const slots = new Int32Array(64).fill(-1);
  for (const [row, tuple] of tuples.entries()) {
    let slot = hashOf(tuple, 0, arity) & 63;
    while (slots[slot] >= 0) slot = (slot + 1) & 63;
    slots[slot] = row;
  }
  return { slots, ids: Int32Array.from(tuples.flat()) };
}

test('rowFinder() finds what the plain search finds, whatever the names', () => {
  const input = fc
    .uniqueArray(name, { maxLength: 6 })
    .chain((names) =>
      fc.tuple(
        fc.constant(names),
        fc.array(
          fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: names.length, maxLength: names.length }),
          { maxLength: 20 },
        ),
      ),
    );
  fc.assert(
    fc.property(input, ([names, rows]) => {
      const dictionaries = names.map(() => new ValueDictionary());
      const numbered = rows.map((row) => row.map((value, i) => dictionaries[i].take(value)));
      const distinct = [...new Map(numbered.map((tuple) => [tuple.join(), tuple])).values()];
      const { slots, ids } = tableOf(distinct, names.length);
      for (const row of [...rows, names.map(() => 'x'), names.map(() => 'unseen')]) {
        const labels = Object.defineProperties(
          {},
          Object.fromEntries(names.map((one, i) => [one, { value: row[i] }])),
        );
        const wanted = findTuple(
          row.map((value, i) => dictionaries[i].idOf(value)),
          slots,
          ids,
        );
        expect(rowFinder(names)(labels, dictionaries, slots, ids)).toBe(wanted);
        expect(findInLoop(names)(labels, dictionaries, slots, ids)).toBe(wanted);
      }
    }),
  );
});

test('recording works where compiling from strings is forbidden', () => {
  const program = `
    const { Counter } = await import('@oriel/metrics');
    const counter = new Counter({ name: 'a_total', labelNames: ['x', 'y'] });
    for (let i = 0; i < 3; i++) counter.inc({ x: '1', y: '2' });
    console.log(counter.labels({ x: '1', y: '2' }).value);
  `;
  const flags = [
    '--disallow-code-generation-from-strings',
    '--conditions=oriel-source',
    '--no-warnings',
    '--input-type=module',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  expect({ stdout, stderr }).toEqual({ stdout: '3\n', stderr: '' });
});
