import {
  Counter,
  exponentialOf,
  Gauge,
  Histogram,
  labelsOf,
  Registry,
  type SeriesColumns,
  type Snapshot,
  Summary,
} from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeltaView } from '../src/delta-view.ts';
import { endedSeries } from '../src/ended-series.ts';

/** Cells by `name{labels}`. */
function cellsOf({ families }: Snapshot): Record<string, number[]> {
  const cells: [string, number[]][] = [];
  for (const { name, parts } of families) {
    for (const part of parts) {
      for (let row = 0; row < part.rows; row++) {
        const labels = labelsOf(part, row).map((label) => label.value);
        const own = part.values.subarray(row * part.stride, (row + 1) * part.stride);
        cells.push([[name, ...labels].join(), [...own]]);
      }
    }
  }
  return Object.fromEntries(cells);
}

/** A view over a registry; each step is a delivery that arrives. */
function setUp() {
  const registry = new Registry();
  const view = new DeltaView();
  const step = async (accepted = true): Promise<Record<string, number[]>> => {
    const snapshot = await registry.gather();
    const delta = await view.since(snapshot);
    if (accepted) view.accept(snapshot);
    return cellsOf(delta);
  };
  return { registry, view, step };
}

const laterMillisecond = async (): Promise<void> => {
  for (const now = Date.now(); Date.now() === now; ) await new Promise((resolve) => setImmediate(resolve));
};

test('since() takes from counters, histograms and summaries what was accepted, and leaves gauges', async () => {
  const { registry, step } = setUp();
  const counter = new Counter({ name: 'c' });
  const gauge = new Gauge({ name: 'g' });
  const histogram = new Histogram({ name: 'h', buckets: [1, 2] });
  const summary = new Summary({ name: 's', objectives: { 0.5: 0.05 } });
  for (const metric of [counter, gauge, histogram, summary]) registry.register(metric);
  const record = (value: number): void => {
    counter.add(value);
    gauge.set(value);
    histogram.observe(value);
    summary.observe(value);
  };
  record(3);
  record(0.5);
  expect(await step()).toEqual({ c: [3.5], g: [0.5], h: [1, 0, 1, 3.5], s: [0.5, 3.5, 2] });
  record(1.5);
  expect(await step()).toEqual({ c: [1.5], g: [1.5], h: [0, 1, 0, 1.5], s: [1.5, 1.5, 1] });
  expect(await step()).toEqual({ c: [0], g: [1.5], h: [0, 0, 0, 0], s: [1.5, 0, 0] });
});

test('since() keeps in the next delta what was not accepted', async () => {
  const { registry, step } = setUp();
  const counter = new Counter({ name: 'c' });
  registry.register(counter);
  counter.add(1);
  await step();
  counter.add(2);
  await step(false);
  counter.add(4);
  expect(await step()).toEqual({ c: [6] });
});

test('since() counts a series whole that fell, came back or has other bounds', async () => {
  const { registry, step } = setUp();
  const counter = new Counter({ name: 'c', labelNames: ['k'] });
  const histogram = new Histogram({ name: 'h', buckets: [1] });
  registry.register(counter);
  registry.register(histogram);
  counter.add(5, { k: 'a' });
  histogram.observe(0.5);
  await step();
  await laterMillisecond();
  counter.remove('a');
  counter.add(7, { k: 'a' });
  registry.unregister(histogram, { release: true });
  const other = new Histogram({ name: 'h', buckets: [1, 2] });
  registry.register(other);
  other.observe(0.5);
  expect(await step()).toEqual({ 'c,a': [7], h: [1, 0, 0, 0.5] });
});

test('since() says from when on each row counts: the accepted snapshot, or its own beginning', async () => {
  const registry = new Registry();
  const view = new DeltaView();
  const counter = new Counter({ name: 'c', labelNames: ['k'] });
  registry.register(counter);
  counter.inc({ k: 'a' });
  await laterMillisecond();
  const first = await registry.gather();
  view.accept(first);
  await laterMillisecond();
  const born = Date.now();
  counter.inc({ k: 'b' });
  const { families } = await view.since(await registry.gather());
  const [a, b] = families[0].parts[0].created ?? [];
  expect(a).toBe(first.time);
  expect(b).toBeGreaterThanOrEqual(born);
});

test('since() takes exponential buckets from each other, also when they have become coarser', async () => {
  const registry = new Registry();
  const view = new DeltaView();
  const histogram = new Histogram({ name: 'h', exponential: { maxBuckets: 4 } });
  registry.register(histogram);
  for (const value of [1, 1.5, -2, 0]) histogram.observe(value);
  view.accept(await registry.gather());
  const fine = exponentialOf((await registry.gather()).families[0].parts[0].exponential!, 0).schema;
  for (const value of [1.5, 400, -2, 3, 12, 50]) histogram.observe(value);
  const snapshot = await registry.gather();
  const [part] = (await view.since(snapshot)).families[0].parts;
  const row = exponentialOf(part.exponential!, 0);
  expect([...part.values]).toEqual([6, 464.5]);
  expect([row.zeroCount, sum(row.positive.counts), sum(row.negative.counts)]).toEqual([0, 5, 1]);
  expect(row.schema).toBe(exponentialOf(snapshot.families[0].parts[0].exponential!, 0).schema);
  expect(row.schema).toBeLessThan(fine);
  histogram.reset();
  histogram.observe(1);
  view.accept(snapshot);
  const [anew] = (await view.since(await registry.gather())).families[0].parts;
  expect([...anew.values]).toEqual([1, 1]);
  expect(sum(exponentialOf(anew.exponential!, 0).positive.counts)).toBe(1);
});

const sum = (counts: ArrayLike<number>): number => Array.from(counts).reduce((all, count) => all + count, 0);

test('since() lets a sum of negative values fall', async () => {
  const { registry, step } = setUp();
  const histogram = new Histogram({ name: 'h', buckets: [-1, 1] });
  registry.register(histogram);
  histogram.observe(-2);
  await step();
  histogram.observe(-3);
  expect(await step()).toEqual({ h: [1, 0, 0, -3] });
});

type Act = readonly ['add' | 'remove' | 'step' | 'fail', number];
const act: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom('add' as const, 'add' as const, 'remove' as const, 'step' as const, 'fail' as const),
  fc.nat({ max: 7 }),
);

test('deltas add up to what was recorded, whatever comes, goes and fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const { registry, step } = setUp();
      const counter = new Counter({ name: 'c', labelNames: ['k'] });
      registry.register(counter);
      const live = new Map<string, number>();
      // What a series had when it was last delivered, and what ended before that is lost.
      const wanted = new Map<string, number>();
      const found = new Map<string, number>();
      const delivered = new Map<string, number>();
      const deliver = async (): Promise<void> => {
        for (const [key, [value]] of Object.entries(await step())) {
          expect(value).toBeGreaterThanOrEqual(0);
          found.set(key, (found.get(key) ?? 0) + value);
        }
        for (const [key, value] of live) {
          wanted.set(key, (wanted.get(key) ?? 0) + value - (delivered.get(key) ?? 0));
          delivered.set(key, value);
        }
      };
      for (const [what, at] of acts) {
        const key = `c,k${at}`;
        if (what === 'add') {
          counter.add(at + 1, { k: `k${at}` });
          live.set(key, (live.get(key) ?? 0) + at + 1);
        } else if (what === 'remove') {
          // Later, or the clock cannot tell the old series from the one that follows.
          if (live.has(key)) await laterMillisecond();
          counter.remove(`k${at}`);
          live.delete(key);
          delivered.delete(key);
        } else if (what === 'step') await deliver();
        else await step(false);
      }
      await deliver();
      expect(found).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

test('endedSeries() names the series that are not there any more, and no others', async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'g', labelNames: ['k'] });
  const other = new Gauge({ name: 'o' });
  registry.register(gauge);
  registry.register(other);
  for (let i = 0; i < 10; i++) gauge.set(i, { k: `k${i}` });
  const before = await registry.gather();
  for (const gone of [0, 4, 5, 9]) gauge.remove(`k${gone}`);
  gauge.set(1, { k: 'new' });
  registry.unregister(other);
  const ended = await endedSeries(before, await registry.gather());
  const names = ended.map(({ family, part, row }) =>
    [family.name, ...labelsOf(part, row).map(({ value }) => value)].join(),
  );
  expect(names).toEqual(['g,k0', 'g,k4', 'g,k5', 'g,k9', 'o']);
  expect(await endedSeries(before, before)).toEqual([]);
});

/** Turns of the event loop while something runs. */
async function turnsOf(task: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const watch = (): void => {
    turns++;
    if (!over) setImmediate(watch);
  };
  setImmediate(watch);
  await task();
  over = true;
  return turns;
}

test('since() and endedSeries() let the event loop turn while they look for many series', async () => {
  const registry = new Registry();
  const counter = new Counter({ name: 'c', labelNames: ['k'], seriesLimit: Number.POSITIVE_INFINITY });
  registry.register(counter);
  for (let i = 0; i < 200_000; i++) counter.inc({ k: `k${i}` });
  const view = new DeltaView();
  const before = await registry.gather();
  view.accept(before);
  // So many side by side that those behind them have to be looked up.
  for (let i = 0; i < 100; i++) counter.remove(`k${i}`);
  const after = await registry.gather();
  let values: Float64Array = new Float64Array();
  const turns = await turnsOf(async () => {
    values = (await view.since(after)).families[0].parts[0].values;
  });
  expect([values.length, values.every((value) => value === 0)]).toEqual([199_900, true]);
  expect(turns).toBeGreaterThan(5);
  expect(await turnsOf(() => endedSeries(before, after))).toBeGreaterThan(5);
});

test('since() finds series that ended, came and moved, however many and in how many parts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.nat({ max: 299 }), { maxLength: 200 }),
      fc.nat({ max: 100 }),
      async (size, gone, come) => {
        const { registry, step } = setUp();
        const counters = ['x', 'y'].map(
          (part) => new Counter({ name: 'c', labelNames: ['k'], constLabels: { part } }),
        );
        for (const counter of counters) {
          registry.register(counter);
          for (let i = 0; i < size; i++) counter.add(i, { k: `k${i}` });
        }
        await step();
        const ended = new Set(gone.filter((i) => i < size));
        for (const i of ended) counters[0].remove(`k${i}`);
        for (let i = 0; i < come; i++) counters[0].add(7, { k: `new${i}` });
        const wanted = Object.fromEntries([
          ...Array.from({ length: size }, (_, i) => [`c,k${i},y`, [0]]),
          ...Array.from({ length: size }, (_, i) => [`c,k${i},x`, [0]]),
          ...Array.from({ length: come }, (_, i) => [`c,new${i},x`, [7]]),
        ]);
        for (const i of ended) delete wanted[`c,k${i},x`];
        expect(await step()).toEqual(wanted);
      },
    ),
    { numRuns: 40 },
  );
});

test('since() finds a series that has moved to another part, behind rows that stand where they stood', async () => {
  const dictionaries = [['a', 'b']];
  const ids = Int32Array.of(0, 1);
  const part = (own: Int32Array, ...values: number[]): SeriesColumns => ({
    rows: values.length,
    constLabels: [],
    labels: { names: ['k'], ids: own, dictionaries },
    stride: 1,
    values: Float64Array.from(values),
    points: [],
    states: [],
  });
  const snapshotOf = (time: number, ...parts: SeriesColumns[]): Snapshot => ({
    time,
    families: [{ name: 'c', type: 'counter', help: '', unit: '', parts }],
    errors: [],
  });
  const view = new DeltaView();
  view.accept(snapshotOf(1, part(ids.subarray(0, 1), 1), part(Int32Array.of(1), 2)));
  const { families } = await view.since(snapshotOf(2, part(ids, 1, 5)));
  expect([...families[0].parts[0].values]).toEqual([0, 3]);
});
