import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponential } from '../src/exponential.ts';
import { downscaleExponential, exponentialDelta, mergeExponentials } from '../src/exponential-change.ts';
import { exponentialPoint } from '../src/exponential-point.ts';
import { type ExponentialRow, exponentialOf } from '../src/exponential-row.ts';
import { ExponentialStore } from '../src/exponential-store.ts';

const values = fc.array(
  fc.oneof(fc.double({ min: -100, max: 1e4, noNaN: true }), fc.double({ noNaN: true })),
  {
    maxLength: 60,
  },
);

/** Looks at a histogram after each of some batches. */
function looks(options: Parameters<typeof exponential>[0], ...batches: readonly (readonly number[])[]) {
  const store = new ExponentialStore({ definition: exponential(options), createdAt: () => 0 });
  return batches.map((batch) => {
    for (const value of batch) store.record(store.cells.blockOf(0), store.cells.offsetOf(0), value);
    return plain(exponentialOf(store.copy(1).exponential, 0));
  });
}

function plain(row: ExponentialRow) {
  const list = ({ indices, counts }: ExponentialRow['positive']) => ({
    indices: Array.from(indices),
    counts: Array.from(counts),
  });
  return { ...row, positive: list(row.positive), negative: list(row.negative) };
}

function countOf({ zeroCount, positive, negative }: ExponentialRow): number {
  return [...Array.from(positive.counts), ...Array.from(negative.counts)].reduce((a, b) => a + b, zeroCount);
}

describe('exponentialDelta()', () => {
  test('and the earlier look make the later one, over halvings and wider zero buckets', () => {
    const limits = fc.record({
      maxBuckets: fc.integer({ min: 3, max: 20 }),
      maxZeroThreshold: fc.constantFrom(0, 0.1, 50),
      schema: fc.integer({ min: -2, max: 8 }),
    });
    fc.assert(
      fc.property(limits, values, values, (options, first, second) => {
        const [before, now] = looks(options, first, second);
        const delta = exponentialDelta(now, before);
        expect(delta).toBeDefined();
        expect(countOf(delta!)).toBe(second.length);
        expect(plain(mergeExponentials(before, delta!))).toEqual(now);
      }),
    );
  });

  test('of a histogram that began anew is undefined', () => {
    const [before, now] = looks({ schema: 0 }, [1, 2, 4], [4]);
    expect(exponentialDelta(before, now)).toBeUndefined();
    expect(exponentialDelta(before, { ...before, schema: -1 })).toBeUndefined();
    expect(exponentialDelta(before, { ...before, zeroThreshold: 1 })).toBeUndefined();
    expect(exponentialDelta({ ...now, zeroThreshold: 3 }, before)).toBeUndefined();
  });
});

test('exponentialDelta() of a zero bucket that ends within an earlier bucket is undefined', () => {
  const [before] = looks({ schema: 0 }, [3]);
  const now = { ...before, zeroThreshold: 3, zeroCount: 5, positive: { indices: [3], counts: [5] } };
  expect(exponentialDelta(now, before)).toBeUndefined();
  expect(exponentialDelta({ ...now, zeroThreshold: 4 }, before)?.zeroCount).toBe(4);
});

describe('mergeExponentials()', () => {
  test('counts what both count, at the lower schema and the larger threshold', () => {
    const options = fc.record({
      schema: fc.integer({ min: -4, max: 8 }),
      zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.3, 7),
    });
    fc.assert(
      fc.property(options, options, values, values, (one, two, first, second) => {
        const [a, b] = [looks(one, first)[0], looks(two, second)[0]];
        const merged = mergeExponentials(a, b);
        expect(merged.schema).toBe(Math.min(a.schema, b.schema));
        expect(merged.zeroThreshold).toBeGreaterThanOrEqual(Math.max(a.zeroThreshold, b.zeroThreshold));
        expect(countOf(merged)).toBe(first.length + second.length);
        expect(plain(merged)).toEqual(plain(mergeExponentials(b, a)));
      }),
    );
  });

  test('takes over the whole of a bucket that the larger zero bucket reaches into', () => {
    const [a] = looks({ schema: 0, zeroThreshold: 0 }, [1.5, 3, 0]);
    const [b] = looks({ schema: 0, zeroThreshold: 1.2 }, [0.5, 5]);
    expect(plain(mergeExponentials(a, b))).toEqual({
      schema: 0,
      zeroThreshold: 2,
      zeroCount: 3,
      positive: { indices: [2, 3], counts: [1, 1] },
      negative: { indices: [], counts: [] },
    });
  });
});

describe('exponentialPoint()', () => {
  test('names a bucket after its lower bound and fills gaps', () => {
    const [row] = looks({ schema: 0, zeroThreshold: 0.25 }, [0, 1, 1, 5, -3]);
    expect(exponentialPoint(row)).toEqual({
      scale: 0,
      count: 5,
      zeroCount: 1,
      zeroThreshold: 0.25,
      positive: { offset: -1, bucketCounts: [2, 0, 0, 1] },
      negative: { offset: 1, bucketCounts: [1] },
    });
  });

  test('lowers the scale until the buckets fit, however far apart they are', () => {
    const [row] = looks({ schema: 8, zeroThreshold: 0 }, [Number.MIN_VALUE, 1, Number.POSITIVE_INFINITY]);
    for (const size of [0, 1, 2, 3, 20, 160]) {
      const { positive, count, scale } = exponentialPoint(row, size);
      expect(positive.bucketCounts.length).toBeLessThanOrEqual(Math.max(2, size));
      expect(count).toBe(3);
      expect(positive.offset).toBe(Array.from(downscaleExponential(row, scale).positive.indices)[0] - 1);
    }
  });

  test('of an empty histogram has no buckets', () => {
    const [row] = looks({}, []);
    expect(exponentialPoint(row).positive).toEqual({ offset: 0, bucketCounts: [] });
  });
});
