import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponentialOf } from '../src/exponential-row.ts';
import { Histogram } from '../src/histogram.ts';
import type { Exemplar, SeriesColumns } from '../src/snapshot.ts';
import { columnsOf, Sampling, span, spanNumber } from './sampling.ts';

const INTERVAL = 90;
const MIN_AGE = 7000;
const MAX_AGE = 70_000;
const BOUNDS = [1, 10];

interface Step {
  readonly wait: number;
  readonly value: number;
  readonly series: string;
  readonly flags: number | undefined;
  readonly held: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof(
    fc.integer({ min: 0, max: 200 }),
    fc.constantFrom(0, 90, 180, 6999, 7000, 69_999, 70_000, 70_001),
  ),
  value: fc.oneof(
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.constantFrom(0, 1, 10, Number.NaN, Number.POSITIVE_INFINITY),
  ),
  series: fc.constantFrom('a', 'b'),
  // Sampled, not sampled, no span at all.
  flags: fc.constantFrom(1, 1, 1, 0, undefined),
  held: fc.boolean(),
});

/** A histogram that is recorded to step by step, where each recording has a span of its own. */
class Run {
  readonly sampling: Sampling = new Sampling();
  readonly histogram: Histogram<'k'>;
  /** By span: what was recorded in it, and when. */
  readonly events: { readonly step: Step; readonly time: number }[] = [];
  readonly #children: Readonly<Record<string, ReturnType<Histogram<'k'>['labels']>>>;

  constructor(native: boolean, maxExemplars = 10) {
    const { clock } = this.sampling;
    const exponential = native ? { maxExemplars } : undefined;
    const now = (): number => clock.now();
    this.histogram = new Histogram({ name: 'h', labelNames: ['k'], buckets: BOUNDS, exponential, now });
    this.histogram.useExemplars(this.sampling.sampler);
    this.#children = { a: this.histogram.labels('a'), b: this.histogram.labels('b') };
  }

  take(one: Step): Promise<SeriesColumns> {
    this.sampling.clock.advance(one.wait);
    this.events.push({ step: one, time: this.sampling.clock.time });
    this.sampling.span = one.flags === undefined ? undefined : span(this.events.length, one.flags);
    if (one.held) this.#children[one.series].observe(one.value);
    else this.histogram.observe(one.value, { k: one.series });
    return columnsOf(this.histogram);
  }

  /** What an exemplar must have come from, whatever the rules. */
  checkOrigin(exemplar: Exemplar, series: string): void {
    const event = this.events[spanNumber(exemplar) - 1];
    expect(event).toMatchObject({
      time: exemplar.timestamp,
      step: { value: exemplar.value, series, flags: 1 },
    });
    expect(Number.isFinite(exemplar.value)).toBe(true);
    expect(this.sampling.clock.time - event.time).toBeLessThanOrEqual(MAX_AGE);
  }
}

const seriesOf = (row: number): string => 'ab'[row];

test('exemplars of buckets are of sampled spans, in their bucket, an interval apart, and stay as long as they must', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const run = new Run(false);
      const seen = new Map<string, Set<number>>();
      let before = new Map<number, Exemplar>();
      for (const one of steps) {
        const { stride, exemplars = new Map<number, Exemplar>() } = await run.take(one);
        for (const [cell, exemplar] of exemplars) {
          const series = seriesOf(Math.floor(cell / stride));
          run.checkOrigin(exemplar, series);
          const [low = 0, high = Number.POSITIVE_INFINITY] = [-1, ...BOUNDS].slice(cell % stride);
          expect(exemplar.value > low && exemplar.value <= high).toBe(true);
          seen.set(series, (seen.get(series) ?? new Set()).add(exemplar.timestamp ?? 0));
        }
        for (const [cell, exemplar] of before) {
          const age = run.sampling.clock.time - (exemplar.timestamp ?? 0);
          if (age < MIN_AGE) expect(exemplars.get(cell)).toBe(exemplar);
          else if (age <= MAX_AGE) expect(exemplars.has(cell)).toBe(true);
        }
        before = new Map(exemplars);
      }
      for (const times of seen.values()) {
        const sorted = [...times].sort((a, b) => a - b);
        for (let i = 1; i < sorted.length; i++)
          expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(INTERVAL);
      }
    }),
  );
});

test('a turn that began without a sampled span, and ended with one late, is followed by a whole interval', async () => {
  const run = new Run(false);
  const at = async (wait: number, value: number, flags: number): Promise<number[]> => {
    const { exemplars } = await run.take({ wait, value, series: 'a', flags, held: false });
    return [...(exemplars ?? new Map<number, Exemplar>()).values()].map((exemplar) => exemplar.value);
  };
  expect(await at(0, 0, 0)).toEqual([]);
  expect(await at(100, 0, 1)).toEqual([0]);
  expect(await at(80, 10, 1)).toEqual([0]);
  expect(await at(100, 10, 1)).toEqual([0, 10]);
});

test('a sampled recording into a bucket without exemplar gets one if its series was left alone for two intervals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), step, async (steps, last) => {
      const run = new Run(false);
      for (const one of steps) await run.take(one);
      const value = Number.isFinite(last.value) ? last.value : 5;
      const { stride, exemplars } = await run.take({
        ...last,
        value,
        flags: 1,
        wait: 2 * INTERVAL + last.wait,
      });
      const bucket = BOUNDS.filter((bound) => value > bound).length;
      const cell = 'ab'.indexOf(last.series) * stride + bucket;
      const age = run.sampling.clock.time - (exemplars?.get(cell)?.timestamp ?? Number.NEGATIVE_INFINITY);
      expect(age).toBeLessThan(MIN_AGE);
    }),
  );
});

test('a native histogram keeps as many exemplars as it may, by rising value, and its extremes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 0, max: 4 }),
      async (steps, most) => {
        const run = new Run(true, most);
        let before = new Map<number, readonly Exemplar[]>();
        for (const one of steps) {
          const { exponential } = await run.take(one);
          expect(exponentialOf(exponential!, 0).schema).toBe(3);
          const lists = exponential?.exemplars ?? new Map<number, readonly Exemplar[]>();
          for (const [row, list] of lists) {
            for (const exemplar of list) run.checkOrigin(exemplar, seriesOf(row));
            const values = list.map(({ value }) => value);
            expect(values).toEqual(values.toSorted((a, b) => a - b));
            expect(values.length).toBeLessThanOrEqual(most);
          }
          for (const [row, list] of before)
            checkKept(list, lists.get(row) ?? [], run.sampling.clock.time, most);
          before = new Map(lists);
        }
      },
    ),
  );
});

/** The list after one recording, beside the list before it. */
function checkKept(before: readonly Exemplar[], after: readonly Exemplar[], now: number, most: number): void {
  const ageOf = ({ timestamp = 0 }: Exemplar): number => now - timestamp;
  const alive = before.filter((one) => ageOf(one) <= MAX_AGE);
  const gone = alive.filter((one) => !after.includes(one));
  const fresh = after.filter((one) => !before.includes(one));
  expect(fresh.length).toBeLessThanOrEqual(1);
  // One goes only for another, where there was no room.
  expect(gone.length).toBeLessThanOrEqual(fresh.length);
  if (gone.length === 0) return;
  expect(alive).toHaveLength(most);
  if (most > 1) {
    const values = [...alive, ...fresh].map(({ value }) => value);
    expect([after[0].value, after.at(-1)?.value]).toEqual([Math.min(...values), Math.max(...values)]);
  }
  const isExtreme = most > 1 && (after[0] === fresh[0] || after.at(-1) === fresh[0]);
  if (!isExtreme) expect(ageOf(gone[0])).toBeGreaterThanOrEqual(MIN_AGE);
}

test('exemplars of a native histogram spread over its values', async () => {
  const run = new Run(true, 4);
  let found: readonly Exemplar[] = [];
  for (const value of [1, 1.1, 1.2, 1.3, 100, 0.01, 1.25, 10]) {
    const { exponential } = await run.take({ wait: 8000, value, series: 'a', flags: 1, held: true });
    found = exponential?.exemplars?.get(0) ?? [];
  }
  expect(found.map(({ value }) => value)).toEqual([0.01, 1.25, 10, 100]);
});

test('a young exemplar of a native histogram goes for a new extreme and for nothing else', async () => {
  const run = new Run(true, 4);
  const shownAfter = async (wait: number, value: number): Promise<number[]> => {
    const { exponential } = await run.take({ wait, value, series: 'a', flags: 1, held: true });
    return (exponential?.exemplars?.get(0) ?? []).map((one) => one.value);
  };
  for (const value of [1, 10, 10.1, 1000]) await shownAfter(200, value);
  expect(await shownAfter(200, 100)).toEqual([1, 10, 10.1, 1000]);
  expect(await shownAfter(200, 2000)).toEqual([1, 10.1, 1000, 2000]);
  expect(await shownAfter(6900, 100)).toEqual([1, 10.1, 100, 2000]);
});

test('what is kept per series is bounded, however long it is recorded to', async () => {
  const run = new Run(true);
  const child = run.histogram.labels('a');
  for (let i = 0; i < 20_000; i++) {
    run.sampling.span = span(i + 1);
    run.sampling.clock.advance(100);
    child.observe((i * 7919) % 20);
  }
  const { exemplars, exponential } = await columnsOf(run.histogram);
  expect([exemplars?.size, exponential?.exemplars?.get(0)?.length]).toEqual([3, 10]);
});

test('exemplars by hand fill a native histogram first, sampled ones the places that are left', async () => {
  const run = new Run(true, 3);
  const child = run.histogram.labels('a');
  for (const value of [1, 2, 3]) await run.take({ wait: 200, value, series: 'a', flags: 1, held: true });
  for (const value of [5, 6]) child.observe(value, { by: 'hand' });
  const shown = async (): Promise<number[]> => {
    const { exponential } = await columnsOf(run.histogram);
    return (exponential?.exemplars?.get(0) ?? []).map(({ value }) => value);
  };
  expect(await shown()).toEqual([1, 5, 6]);
  child.observe(7, { by: 'hand' });
  expect(await shown()).toEqual([5, 6, 7]);
  run.sampling.clock.advance(60_000);
  await run.take({ wait: 20_000, value: 4, series: 'a', flags: 1, held: true });
  expect(await shown()).toEqual([4]);
});
