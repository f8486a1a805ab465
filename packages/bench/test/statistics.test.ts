import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, spread, summarize } from '../src/statistics.ts';

const runs = fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 });

test('median() is the middle value, or the mean of the middle two', () => {
  expect(median([7, 1, 3])).toBe(3);
  expect(median([8, 2, 4, 100])).toBe(6);
});

test('median() is not moved by one run that was disturbed', () => {
  expect(median([10, 10, 10, 10, 5000])).toBe(10);
});

test('median() lies between the lowest and the highest, whatever the order', () => {
  fc.assert(
    fc.property(runs, (values) => {
      const middle = median(values);
      expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
      expect(middle).toBeLessThanOrEqual(Math.max(...values));
      expect(median(values.toReversed())).toBe(middle);
    }),
  );
});

test('spread() is the range as a part of the median', () => {
  expect(spread([9, 10, 12])).toBeCloseTo(0.3);
  expect(spread([0, 0, 0])).toBe(0);
});

test('summarize() gives the median, or the worst of all runs', () => {
  expect(summarize([1, 2, 9], 'median')).toBe(2);
  expect(summarize([1, 2, 9], 'worst')).toBe(9);
});
