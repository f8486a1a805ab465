import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf } from '../src/bucket-search.ts';
import { exponentialBuckets, exponentialRange, linearBuckets } from '../src/buckets.ts';
import { notNumbers, testOver } from './hostile-values.ts';
import { refusalOf } from './rows-of.ts';

test('helpers give the bounds their names say', () => {
  expect(linearBuckets(-5, 5, 3)).toEqual([-5, 0, 5]);
  expect(exponentialBuckets(1, 2, 4)).toEqual([1, 2, 4, 8]);
  expect(exponentialRange(1, 100, 3)).toEqual([1, 10, 100]);
  expect(exponentialRange(3, 7, 1)).toEqual([3]);
});

test('exponentialRange() rises strictly from min to max, whatever the numbers', () => {
  const magnitude = fc.double({ min: -307, max: 308, noNaN: true });
  fc.assert(
    fc.property(magnitude, magnitude, fc.integer({ min: 2, max: 200 }), (one, other, count) => {
      const [min, max] = [10 ** Math.min(one, other), 10 ** Math.max(one, other)];
      fc.pre(max / min > 1 + count * 1e-12);
      const bounds = exponentialRange(min, max, count);
      expect([bounds.length, bounds[0], bounds.at(-1)]).toEqual([count, min, max]);
      for (let i = 1; i < count; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1]);
    }),
  );
});

const refused: [string, () => unknown][] = [
  ['linearBuckets with NaN', () => linearBuckets(Number.NaN, 1, 3)],
  ['linearBuckets from infinity', () => linearBuckets(Number.NEGATIVE_INFINITY, 1, 3)],
  ['linearBuckets that fall', () => linearBuckets(0, -1, 3)],
  ['linearBuckets too narrow to rise', () => linearBuckets(1e300, 1, 3)],
  ['linearBuckets beyond all numbers', () => linearBuckets(0, 1e308, 3)],
  ['exponentialBuckets from 0', () => exponentialBuckets(0, 2, 3)],
  ['exponentialBuckets with factor 1', () => exponentialBuckets(1, 1, 3)],
  ['exponentialBuckets beyond all numbers', () => exponentialBuckets(1, 1e200, 3)],
  ['exponentialRange that falls', () => exponentialRange(2, 1, 3)],
  ['exponentialRange of one number', () => exponentialRange(2, 2, 3)],
  ['exponentialRange with more bounds than numbers', () => exponentialRange(1, 1 + Number.EPSILON, 5)],
  ['exponentialRange to infinity', () => exponentialRange(1, Number.POSITIVE_INFINITY, 3)],
  ...[0, -1, 1.5, Number.NaN, 1e9, 2 ** 32].map((count): [string, () => unknown] => [
    `count ${count}`,
    () => linearBuckets(0, 1, count),
  ]),
];

test.each(refused)('%s is refused', (_, make) => {
  expect(refusalOf(make).code).toBe('ARGUMENT_INVALID');
});

testOver(notNumbers, 'helpers refuse what is no number', (bad) => {
  for (const make of [linearBuckets, exponentialBuckets, exponentialRange]) {
    for (const place of [0, 1, 2]) {
      const given = [1, 2, 3].with(place, bad as number) as [number, number, number];
      expect(refusalOf(() => make(...given)).code).toBe('ARGUMENT_INVALID');
    }
  }
});

test('bucketOf() puts a value on a bound below it, for any bounds', () => {
  const number = fc.double({ noNaN: true });
  fc.assert(
    fc.property(fc.uniqueArray(number), number, (all, value) => {
      const bounds = all.sort((a, b) => a - b);
      const wanted = bounds.findIndex((bound) => value <= bound);
      expect(bucketOf(bounds, value)).toBe(wanted < 0 ? bounds.length : wanted);
    }),
  );
});
