import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../src/histogram.ts';
import { countOf, sumOf } from '../src/snapshot.ts';
import { notNumbers, testOver } from './hostile-values.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

test('a value on a bound is counted below it, on the histogram and on its child', async () => {
  const h = new Histogram({ name: 'h', labelNames: ['x'], buckets: [1, 10] });
  const child = h.labels('1');
  for (const value of [0, 1, 1.5, 10]) h.observe(value, { x: '1' });
  for (const value of [10.5, 1]) child.observe(value);
  expect(seriesOf(await gatherAll(h))).toEqual([['h{x="1"}', 3, 2, 1, 24]]);
});

testOver<unknown>(
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, ...notNumbers],
  'observe is dropped and counted, and nothing moves',
  async (bad) => {
    const h = new Histogram({ name: 'h', buckets: [1] });
    h.observe(bad as number);
    h.labels().observe(bad as number);
    expect(seriesOf(await gatherAll(h))).toEqual([['h{}', 0, 0, 0]]);
    expect([...h.drops.counts().values()]).toEqual([2]);
  },
);

test('negative values are taken only where the lowest bound is negative', async () => {
  const h = new Histogram({ name: 'h', buckets: [-1, 1] });
  for (const value of [-5, -1, 0]) h.observe(value);
  expect(seriesOf(await gatherAll(h))).toEqual([['h{}', 2, 1, 0, -6]]);
});

test('count is the +Inf bucket and sum the sum, for any values and bounds', async () => {
  const bounds = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), {
    maxLength: 12,
  });
  const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e300, noDefaultInfinity: true }));
  await fc.assert(
    fc.asyncProperty(bounds, values, async (all, observed) => {
      const buckets = [...new Set(all.map((bound) => bound + 0))].sort((a, b) => a - b);
      const h = new Histogram({ name: 'h', buckets });
      for (const value of observed) h.observe(value);
      const [part] = (await gatherAll(h)).families[0].parts;
      expect(countOf(part, 'histogram', 0)).toBe(observed.length);
      expect(sumOf(part, 'histogram', 0)).toBe(observed.reduce((sum, value) => sum + value, 0));
      for (const [i, bound] of buckets.entries()) {
        const cumulative = part.values.slice(0, i + 1).reduce((sum, count) => sum + count, 0);
        expect(cumulative).toBe(observed.filter((value) => value <= bound).length);
      }
    }),
  );
});

test('bounds are copied, frozen and stripped of +Inf', () => {
  const buckets = [1, 2, Number.POSITIVE_INFINITY];
  const h = new Histogram({ name: 'h', buckets });
  buckets[0] = 5;
  expect(h.bounds).toEqual([1, 2]);
  expect(Object.isFrozen(h.bounds)).toBe(true);
  expect(new Histogram({ name: 'h' }).bounds).toEqual([
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]);
  expect(new Histogram({ name: 'h', buckets: [] }).bounds).toEqual([]);
});

test.each([
  [[5, 1], 'BOUNDS_NOT_RISING'],
  [[1, 1], 'BOUNDS_NOT_RISING'],
  [[-0, 0], 'BOUNDS_NOT_RISING'],
  [[Number.NaN], 'BOUND_NOT_FINITE'],
  [[1, Number.POSITIVE_INFINITY, 2], 'BOUND_NOT_FINITE'],
  [[1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 'BOUND_NOT_FINITE'],
  [[Number.NEGATIVE_INFINITY, 1], 'BOUND_NOT_FINITE'],
  [['1', '2'], 'BOUND_NOT_FINITE'],
  [[{}], 'BOUND_NOT_FINITE'],
  [new Array(2), 'BOUND_NOT_FINITE'],
  [5, 'ARGUMENT_INVALID'],
  ['12', 'ARGUMENT_INVALID'],
])('bounds are refused with %s', (buckets, code) => {
  expect(refusalOf(() => new Histogram({ name: 'h', buckets: buckets as number[] })).code).toBe(code);
});

test('le cannot be a label of a histogram', () => {
  expect(refusalOf(() => new Histogram({ name: 'h', labelNames: ['le'] })).code).toBe('LABEL_NAME_INVALID');
  expect(refusalOf(() => new Histogram({ name: 'h', constLabels: { le: '1' } })).code).toBe(
    'LABEL_NAME_INVALID',
  );
});
