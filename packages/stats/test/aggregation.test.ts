import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { count, distribution, lastValue, sameAggregation, sum } from '../src/aggregation.ts';
import { Fixture, untyped } from './recorded.ts';

test('distribution() copies its bounds and changes nothing of the caller', () => {
  const bounds = [1, 2, 3];
  const made = distribution(bounds);
  bounds[0] = 99;
  bounds.push(4);
  expect(made.bounds).toEqual([1, 2, 3]);
  expect(Object.isFrozen(made) && Object.isFrozen(made.bounds)).toBe(true);
});

test.each([
  [[5, 1], 'BOUNDS_NOT_RISING'],
  [[1, 1], 'BOUNDS_NOT_RISING'],
  [[0, -0], 'BOUNDS_NOT_RISING'],
  [[Number.NaN], 'BOUND_NOT_FINITE'],
  [[1, Number.POSITIVE_INFINITY, 2], 'BOUND_NOT_FINITE'],
  [[Number.NEGATIVE_INFINITY, 1], 'BOUND_NOT_FINITE'],
  [['1'], 'BOUND_NOT_FINITE'],
  ['5', 'ARGUMENT_INVALID'],
  [undefined, 'ARGUMENT_INVALID'],
])('distribution(%j) throws %s', (bounds, code) => {
  expect(() => distribution(untyped(bounds))).toThrow(expect.objectContaining({ code }));
  expect(() => distribution(untyped(bounds))).toThrow(MetricsError);
});

test('sameAggregation() compares kinds and bounds by value', () => {
  const kinds = [count(), sum(), lastValue(), distribution([]), distribution([1]), distribution([1, 2])];
  for (const [i, a] of kinds.entries())
    for (const [j, b] of kinds.entries()) expect(sameAggregation(a, b)).toBe(i === j);
  expect(sameAggregation(distribution([1, 2]), distribution([1, 2]))).toBe(true);
});

describe('what becomes of values', () => {
  const record = (aggregation: ReturnType<typeof distribution>, values: number[]) => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { aggregation });
    for (const value of values) measure.record(value);
    return fixture.stats.retrieveData('m')[0]?.distribution;
  };

  test('a distribution over 5, 50, 95 holds 0, 1, 2, 1 of 22, 55, 66, 98', () => {
    expect(record(distribution([5, 50, 95]), [22, 55, 66, 98])).toEqual({
      count: 4,
      sum: 241,
      mean: 60.25,
      bounds: [5, 50, 95],
      buckets: [0, 1, 2, 1],
    });
  });

  test('a value on a bound belongs to the bucket below it', () => {
    expect(record(distribution([0, 10, 20]), [0, 10, 20, 20.5])?.buckets).toEqual([1, 1, 1, 1]);
  });

  test('a distribution without bounds has one bucket, so count and sum', () => {
    expect(record(distribution([]), [1, 2])).toEqual({
      count: 2,
      sum: 3,
      mean: 1.5,
      bounds: [],
      buckets: [2],
    });
  });

  test('a distribution keeps a bound of zero that was asked for', () => {
    expect(record(distribution([0, 1]), [0, 0.5])?.buckets).toEqual([1, 1, 0]);
  });

  test('every value is in the bucket whose bounds enclose it, and the counts add up, for any bounds', () => {
    const bounds = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { maxLength: 8 });
    const values = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(bounds, values, (given, recorded) => {
        const rising = given.toSorted((a, b) => a - b);
        const taken = recorded.filter((value) => value >= 0 || rising[0] < 0);
        const expected = [...rising, Number.POSITIVE_INFINITY].map(
          (high, i) =>
            taken.filter((v) => v <= high && v > (rising[i - 1] ?? Number.NEGATIVE_INFINITY)).length,
        );
        const data = record(distribution(rising), recorded);
        if (taken.length === 0) return data === undefined;
        expect(data?.buckets).toEqual(expected);
        expect(data?.count).toBe(taken.length);
        expect(data?.sum).toBe(taken.reduce((a, b) => a + b, 0));
        return true;
      }),
    );
  });
});
