import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExponentialOptions, exponential } from '../src/exponential.ts';
import { exponentialBound } from '../src/exponential-bounds.ts';
import { downscaleExponential } from '../src/exponential-change.ts';
import { type ExponentialRow, exponentialOf } from '../src/exponential-row.ts';
import { ExponentialStore } from '../src/exponential-store.ts';
import { ExponentialModel } from './exponential-model.ts';

const anyNumber = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 1e-3, max: 1e4, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -40, max: 40 }).map((exponent) => 2 ** exponent) },
  { weight: 2, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.double(),
  fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -1, Number.NaN),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

const anyOptions: fc.Arbitrary<ExponentialOptions> = fc.record({
  schema: fc.integer({ min: -4, max: 8 }),
  maxBuckets: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
  zeroThreshold: fc.constantFrom(0, 2 ** -128, 1e-2, 0.7),
  minResetInterval: fc.constantFrom(0, 5, 20),
  maxZeroThreshold: fc.constantFrom(0, 0.5, 3),
});

function storeOf(options: ExponentialOptions, now: () => number = () => 0): ExponentialStore {
  return new ExponentialStore({ definition: exponential(options), createdAt: () => 0, now });
}

function record(store: ExponentialStore, row: number, ...values: readonly number[]): void {
  for (const value of values) store.record(store.cells.blockOf(row), store.cells.offsetOf(row), value);
}

function rowOf(store: ExponentialStore, row: number): ExponentialRow {
  return exponentialOf(store.copy(row + 1).exponential, row);
}

function pairs({ indices, counts }: ExponentialRow['positive']): [number, number][] {
  return Array.from(indices, (index, i) => [index, counts[i]]);
}

function stateOf(store: ExponentialStore, row: number) {
  const { values } = store.copy(row + 1);
  const { schema, zeroThreshold, zeroCount, positive, negative } = rowOf(store, row);
  const began = store.began(new Float64Array(row + 1))[row];
  const count = values[2 * row];
  return {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    positive: pairs(positive),
    negative: pairs(negative),
    began,
  };
}

describe('ExponentialStore', () => {
  test('is what the reference says, for any options, values and times', () => {
    fc.assert(
      fc.property(
        anyOptions,
        fc.array(fc.tuple(anyNumber, fc.integer({ min: 0, max: 4 })), { maxLength: 120 }),
        (options, recordings) => {
          let now = 0;
          const store = storeOf(options, () => now);
          const model = new ExponentialModel(exponential(options), 0);
          for (const [value, pause] of recordings) {
            now += pause;
            record(store, 0, value);
            model.record(value, now);
            expect(stateOf(store, 0)).toEqual(model.state());
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('keeps the count through widening and halving, and every bucket within the limit', () => {
    const options = { ...exponential(), maxBuckets: 10, maxZeroThreshold: 0.01 };
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 300 }), (values) => {
        const store = storeOf(options);
        record(store, 0, ...values);
        const { count, zeroCount, positive, negative } = stateOf(store, 0);
        const inBuckets = [...positive, ...negative].reduce((sum, [, one]) => sum + one, 0);
        expect(count).toBe(values.length);
        expect(inBuckets + zeroCount).toBe(count);
      }),
    );
  });

  test('holds every value between the bounds of a bucket that counts it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 8 }),
        fc.double({ min: Number.MIN_VALUE, noNaN: true }),
        (schema, value) => {
          const store = storeOf({ schema, zeroThreshold: 0 });
          record(store, 0, value);
          const [index] = Array.from(rowOf(store, 0).positive.indices);
          expect(exponentialBound(schema, index - 1)).toBeLessThan(value);
          expect(value).toBeLessThanOrEqual(exponentialBound(schema, index));
        },
      ),
    );
  });

  test('halved is the same as recorded at the lower schema', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3, max: 8 }), fc.array(anyNumber), (schema, values) => {
        const [fine, coarse] = [storeOf({ schema }), storeOf({ schema: schema - 1 })];
        record(fine, 0, ...values);
        record(coarse, 0, ...values);
        const { positive, negative } = downscaleExponential(rowOf(fine, 0), schema - 1);
        expect([pairs(positive), pairs(negative)]).toEqual([
          pairs(rowOf(coarse, 0).positive),
          pairs(rowOf(coarse, 0).negative),
        ]);
      }),
    );
  });

  test('counts on where a count no longer fits into one byte, two or three', () => {
    const store = storeOf({ schema: 0 });
    for (let i = 0; i < 70_000; i++) record(store, 0, 1.5);
    record(store, 0, 3, 100, 0, -7);
    expect(stateOf(store, 0)).toMatchObject({
      count: 70_004,
      zeroCount: 1,
      positive: [
        [1, 70_000],
        [2, 1],
        [7, 1],
      ],
      negative: [[3, 1]],
    });
  });

  test('keeps 2000 series apart while they grow, end and begin again in one heap', () => {
    const store = storeOf({ schema: 5 });
    const rows = 2000;
    const models = Array.from({ length: rows }, () => new ExponentialModel(store.definition, 0));
    const random = randoms(7);
    for (let i = 0; i < 150_000; i++) {
      const row = Math.floor(random() * rows);
      if (random() < 0.001) {
        store.clearRow(row);
        models[row] = new ExponentialModel(store.definition, 0);
      }
      const value = Math.exp(8 * random() * random());
      record(store, row, value);
      models[row].record(value, 0);
    }
    for (let row = 0; row < rows; row += 7) {
      const [held, wanted] = [stateOf(store, row), models[row].state()];
      expect(held).toEqual(wanted);
    }
  });

  test('copies only the rows listed, in the order of the list', () => {
    const store = storeOf({ schema: 0 });
    for (let row = 0; row < 40; row++) record(store, row, ...new Array<number>(row).fill(1));
    const { values, exponential: columns } = store.copy(3, [30, 2, 17]);
    expect([...values]).toEqual([30, 30, 2, 2, 17, 17]);
    expect([...columns.counts]).toEqual([30, 2, 17]);
  });

  test('does nothing at a place that is not of its cells', () => {
    const store = storeOf({});
    const ended = new Float64Array(store.cells.stride);
    store.record(ended, 0, 1);
    expect([...ended]).toEqual([0, 0]);
  });

  test('a copy does not change when recording goes on', () => {
    const store = storeOf({ schema: 0 });
    record(store, 0, 1, 2, -3);
    const copy = store.copy(1);
    const before = structuredClone(copy);
    record(store, 0, 1, 2, -3, 400);
    expect(copy).toEqual(before);
  });
});

/** Numbers from 0 up to 1, the same in every run. Source: mulberry32. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
