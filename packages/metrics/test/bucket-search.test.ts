import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketSearch, bucketOf } from '../src/bucket-search.ts';

const finite = fc.double({ noDefaultInfinity: true, noNaN: true });
const rising = fc
  .uniqueArray(
    fc.oneof(
      finite,
      fc.integer({ min: -5, max: 2000 }),
      fc.constantFrom(0, 5e-324, 1e-308, 2 ** -1022, 1e308),
    ),
    { maxLength: 60 },
  )
  .map((bounds) =>
    bounds
      .map((bound) => bound + 0)
      .sort((a, b) => a - b)
      .filter((bound, i, all) => bound !== all[i - 1]),
  );

/** The rule itself: the first bound that is not below the value. */
function byRule(bounds: readonly number[], value: number): number {
  const place = bounds.findIndex((bound) => value <= bound);
  return place < 0 ? bounds.length : place;
}

test('BucketSearch and bucketOf() give the first bound not below the value, for any bounds and value', () => {
  fc.assert(
    fc.property(
      rising,
      fc.array(fc.oneof(finite, fc.constantFrom(0, -0, Number.POSITIVE_INFINITY)), { maxLength: 20 }),
      (bounds, values) => {
        const search = new BucketSearch(bounds);
        for (const value of [...values, ...bounds, ...bounds.map(nextAbove)]) {
          expect([search.of(value), bucketOf(bounds, value)]).toEqual([
            byRule(bounds, value),
            byRule(bounds, value),
          ]);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('BucketSearch finds its way among many bounds within a quarter of an octave', () => {
  const bounds = Array.from({ length: 5000 }, (_, i) => 1024 + i / 25);
  const search = new BucketSearch(bounds);
  for (const [i, bound] of bounds.entries())
    expect([search.of(bound), search.of(nextAbove(bound))]).toEqual([i, i + 1]);
});

test('BucketSearch does without a table where bounds span every octave there is', () => {
  const bounds = [5e-324, 1, Number.MAX_VALUE];
  const search = new BucketSearch(bounds);
  expect([0, 5e-324, 1e-300, 1, 2, Number.MAX_VALUE].map((value) => search.of(value))).toEqual([
    0, 0, 1, 1, 2, 2,
  ]);
});

function nextAbove(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, bits < 0n ? bits - 1n : bits + 1n);
  return view.getFloat64(0);
}
