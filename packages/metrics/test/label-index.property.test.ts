import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelIndex, NO_ROW } from '../src/label-index.ts';
import { labelValue } from '../src/label-value.ts';
import type { LabelColumns } from '../src/snapshot.ts';
import { hostileValue } from './hostile-values.ts';

const limit = 20;
const overflow = '__overflow__';

const step = (arity: number) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('row' as const),
        values: fc.array(hostileValue, { minLength: arity, maxLength: arity }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), nth: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('snapshot' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  );

const tuples = ({ names, ids, dictionaries }: LabelColumns, rows: number): string[] =>
  Array.from({ length: rows }, (_, row) =>
    JSON.stringify(names.map((_, i) => dictionaries[i][ids[row * names.length + i]])),
  );

/** What the index should do, in the plainest way: a map from the text of a tuple to its row. */
class Model {
  readonly rows = new Map<string, number>();
  #overflowed = false;

  take(values: readonly unknown[], row: number): void {
    const kept = values.map(labelValue);
    if (kept.includes(undefined)) {
      expect(row).toBe(NO_ROW);
      return;
    }
    const key = this.#keyFor(JSON.stringify(kept), kept.length);
    const known = this.rows.get(key);
    if (known !== undefined) expect(row).toBe(known);
    else expect([...this.rows.values()]).not.toContain(row);
    this.rows.set(key, row);
  }

  #keyFor(key: string, arity: number): string {
    const ordinary = this.rows.size - (this.#overflowed ? 1 : 0);
    if (this.rows.has(key) || ordinary < limit) return key;
    this.#overflowed = true;
    return JSON.stringify(Array(arity).fill(overflow));
  }

  remove(key: string): void {
    this.rows.delete(key);
    if (/^\["__overflow__"(,"__overflow__")*\]$/.test(key)) this.#overflowed = false;
  }

  clear(): void {
    this.rows.clear();
    this.#overflowed = false;
  }
}

test.each([1, 2, 3, 5])(
  'LabelIndex of %i labels gives rows as a map of tuples would, and snapshots stay',
  (arity) => {
    const names = Array.from({ length: arity }, (_, i) => `l${i}`);
    fc.assert(
      fc.property(fc.array(step(arity), { maxLength: 80 }), (steps) => {
        const index = new LabelIndex(names, limit);
        const model = new Model();
        const taken: { columns: LabelColumns; rows: number; shown: string[] }[] = [];
        for (const each of steps) {
          if (each.do === 'row') {
            const labels = Object.fromEntries(names.map((name, i) => [name, each.values[i]]));
            model.take(each.values, index.row(labels));
          } else if (each.do === 'remove' && model.rows.size > 0) {
            const [key, row] = [...model.rows][each.nth % model.rows.size];
            index.remove(row);
            model.remove(key);
          } else if (each.do === 'clear') {
            index.clear();
            model.clear();
          } else if (each.do === 'snapshot') {
            const columns = index.columns(index.liveRows());
            taken.push({ columns, rows: index.size, shown: tuples(columns, index.size) });
            expect(taken.at(-1)?.shown.toSorted()).toEqual([...model.rows.keys()].sort());
          }
          expect(index.size).toBe(model.rows.size);
        }
        for (const [key, row] of model.rows) expect(index.find(JSON.parse(key))).toBe(row);
        for (const { columns, rows, shown } of taken) expect(tuples(columns, rows)).toEqual(shown);
      }),
      { numRuns: 300 },
    );
  },
);
