import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponentialRange } from '../src/buckets.ts';
import { Counter } from '../src/counter.ts';
import { Desc } from '../src/desc.ts';
import { Gauge } from '../src/gauge.ts';
import { Histogram } from '../src/histogram.ts';
import { labelValue } from '../src/label-value.ts';
import { Registry } from '../src/registry.ts';
import { countOf } from '../src/snapshot.ts';
import { Summary } from '../src/summary.ts';
import { hostileText, hostileValue, notNumbers } from './hostile-values.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

test('1. Numbers are right: distinct tuples are distinct series, and each counts for itself', async () => {
  const tuple = fc.tuple(hostileText, hostileText);
  await fc.assert(
    fc.asyncProperty(fc.array(tuple, { maxLength: 40 }), async (tuples) => {
      const counter = new Counter({ name: 'c', labelNames: ['a', 'b'] });
      const wanted = new Map<string, number>();
      for (const [a, b] of tuples) {
        counter.inc({ a, b });
        const key = JSON.stringify([labelValue(a), labelValue(b)]);
        wanted.set(key, (wanted.get(key) ?? 0) + 1);
      }
      const { families, errors } = await gatherAll(counter);
      const values = [...(families[0]?.parts[0].values ?? [])];
      expect([values, errors]).toEqual([[...wanted.values()], []]);
      expect(
        new Set(
          families
            .flatMap((family) => seriesOf({ time: 0, families: [family], errors: [] }))
            .map(([name]) => name),
        ).size,
      ).toBe(wanted.size);
    }),
  );
});

test('1. Numbers are right: a counter never goes down and is never NaN', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.double(), hostileValue)), (values) => {
      const counter = new Counter({ name: 'c' });
      let before = 0;
      for (const value of values) {
        counter.add(value as number);
        const after = counter.labels().value;
        expect(after).toBeGreaterThanOrEqual(before);
        before = after;
      }
    }),
  );
});

test('1. Numbers are right: buckets take their upper bound in, and the count is the +Inf bucket', async () => {
  const bounds = exponentialRange(0.001, 1000, 20);
  const h = new Histogram({ name: 'h', buckets: bounds });
  for (const bound of bounds) h.observe(bound);
  h.observe(1001);
  const [part] = (await gatherAll(h)).families[0].parts;
  expect([...part.values.subarray(0, 21)]).toEqual(Array(21).fill(1));
  expect(countOf(part, 'histogram', 0)).toBe(21);
});

test('1. Numbers are right: what was recorded before a gather began is in it, what came after is not', async () => {
  const counter = new Counter({ name: 'c' });
  const registry = new Registry();
  registry.register(counter);
  for (let i = 0; i < 3; i++) {
    counter.inc();
    const gathering = registry.gather();
    counter.inc();
    expect(seriesOf(await gathering)).toEqual([['c{}', 2 * i + 1]]);
  }
});

test('2. Define loudly: what is refused says what was tried, the offender, the rule and the cure', () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'known' }));
  const refused: (() => unknown)[] = [
    () => new Counter({ name: '' }),
    () => new Counter({ name: 'c', labelNames: ['__x'] }),
    () => new Counter({ name: 'c', labelNames: ['x', 'x'] }),
    () => new Counter({ name: 'c', constLabels: { x: 5 as never } }),
    () => new Counter({ name: 'c', labelNames: ['x'] }).labels({} as never, {} as never),
    () => new Counter({ name: 'c', seriesLimit: 0 }),
    () => new Histogram({ name: 'h', buckets: [2, 1] }),
    () => new Histogram({ name: 'h', buckets: [Number.NaN] }),
    () => new Summary({ name: 's', ageBuckets: 0 }),
    () => exponentialRange(1, 0, 3),
    () => registry.register(new Gauge({ name: 'known' })),
    () => registry.register(new Counter({ name: 'known' })),
    () => registry.register(registry),
    () =>
      registry.register({
        describe: () => [
          new Desc({ name: 'known', type: 'gauge' }),
          new Desc({ name: 'new', type: 'gauge' }),
        ],
        collect: () => {},
      }),
    () => registry.register(new Histogram({ name: 'x', constLabels: { le: '1' } })),
  ];
  for (const act of refused) {
    const { message, code } = refusalOf(act);
    expect(message, code).toMatch(/^Cannot [a-z].*: .+[^.]$/);
  }
});

test('2. Record quietly: nothing that is recorded throws, and what is dropped is counted', () => {
  const labels = fc.oneof(hostileValue, fc.dictionary(fc.constantFrom('x', 'y'), hostileValue));
  fc.assert(
    fc.property(
      fc.oneof(fc.double(), hostileValue, fc.constantFrom(...notNumbers.slice(0, 6))),
      labels,
      labels,
      (value, given, exemplar) => {
        const options = { labelNames: ['x'] as const };
        const c = new Counter({ name: 'c', ...options });
        const g = new Gauge({ name: 'g', ...options });
        const h = new Histogram({ name: 'h', ...options });
        const s = new Summary({ name: 's', ...options, objectives: { 0.5: 0.1 } });
        const [v, l, e] = [value, given, exemplar] as [never, never, never];
        c.inc(l);
        c.add(v, l, e);
        g.set(v, l);
        g.sub(v, l);
        h.observe(v, l, e);
        s.observe(v, l);
        c.labels('1').inc(e);
        h.labels('1').observe(v, e);
        if (typeof value === 'number') return;
        for (const metric of [c, g, h, s])
          expect(metric.drops.counts().get('value_not_a_number')).toBeGreaterThan(0);
      },
    ),
  );
});

test('4. Bounded: series, label length and collection time have limits, defaults and self-metrics', async () => {
  const registry = new Registry({ collectTimeoutMs: 1 });
  registry.register(registry.selfMetrics());
  const counter = new Counter({ name: 'c', labelNames: ['x'] });
  registry.register(counter);
  registry.register({
    describe: () => [new Desc({ name: 'slow', type: 'gauge' })],
    collect: () => new Promise<void>(() => {}),
  });
  for (let i = 0; i < 10_050; i++) counter.inc({ x: i });
  counter.inc({ x: 'x'.repeat(10_000_000) });
  expect((await registry.gather()).families.find(({ name }) => name === 'c')?.parts[0].rows).toBe(10_001);
  const self = await registry.gather({
    names: ['oriel_recordings_dropped_total', 'oriel_collector_failures_total'],
  });
  expect(seriesOf(self)).toEqual([
    ['oriel_collector_failures_total{cause="timeout",collector="slow"}', 1],
    ['oriel_recordings_dropped_total{cause="series_overflow",metric="c"}', 51],
    ['oriel_recordings_dropped_total{cause="label_value_mended",metric="c"}', 1],
  ]);
});

test('5. Nothing global happens at import: no handle, no listener, no global, and the process ends by itself', async () => {
  const index = new URL('../src/index.ts', import.meta.url);
  const program = `
    const before = [Object.keys(globalThis).length, process.eventNames().length];
    await import(${JSON.stringify(index.href)});
    const after = [Object.keys(globalThis).length, process.eventNames().length];
    const open = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Server|Socket/.test(name));
    console.log(JSON.stringify([before.join() === after.join(), open]));
  `;
  const args = ['--conditions=oriel-source', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual([true, []]);
});

test('5. Nothing global happens at import: a gather leaves no timer behind', async () => {
  const registry = new Registry();
  registry.register({ describe: () => [], collect: async () => {} });
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await registry.gather();
  expect(timers()).toBeLessThanOrEqual(before);
});

test('every source file is imported by nothing but its kind: the package has no run-time dependency', async () => {
  const folder = new URL('../src/', import.meta.url);
  const { readFileSync } = await import('node:fs');
  for (const file of readdirSync(folder)) {
    const imports = [...readFileSync(new URL(file, folder), 'utf8').matchAll(/from '([^']+)'/g)].map(
      ([, from]) => from,
    );
    expect(
      imports.filter((from) => !from.startsWith('./')),
      file,
    ).toEqual([]);
  }
});
