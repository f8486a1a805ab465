import { expect, test } from 'vitest';
import { RowExemplars } from '../src/row-exemplars.ts';

function kept(
  options: { maxExemplars: number; exemplarMaxAge?: number },
  ...given: [value: number, time: number][]
) {
  const exemplars = new RowExemplars({ exemplarMaxAge: 1000, ...options });
  for (const [value, timestamp] of given) exemplars.add(0, { labels: [], value, timestamp });
  return exemplars
    .copy(undefined)
    ?.get(0)
    ?.map(({ value }) => value);
}

test('RowExemplars keeps them by rising value, none if none are wanted', () => {
  expect(kept({ maxExemplars: 3 }, [5, 1], [-1, 2], [2, 3])).toEqual([-1, 2, 5]);
  expect(kept({ maxExemplars: 0 }, [5, 1])).toBeUndefined();
  expect(kept({ maxExemplars: 1 }, [5, 1], [100, 2])).toEqual([100]);
});

test('RowExemplars gives up the older of the nearest two on a logarithmic scale, so extremes stay', () => {
  expect(kept({ maxExemplars: 3 }, [0.001, 1], [100, 2], [1000, 3], [900, 4])).toEqual([0.001, 100, 900]);
  expect(kept({ maxExemplars: 3 }, [1, 1], [1000, 2], [30, 3], [28, 4], [31, 5])).toEqual([1, 31, 1000]);
  expect(kept({ maxExemplars: 3 }, [-1, 1], [0, 2], [1, 3], [1.5, 4])).toEqual([-1, 0, 1.5]);
});

test('RowExemplars gives up the oldest once it is too old', () => {
  expect(kept({ maxExemplars: 2 }, [1, 0], [1000, 500], [999, 1001])).toEqual([999, 1000]);
});

test('RowExemplars hands out lists that do not change', () => {
  const exemplars = new RowExemplars({ maxExemplars: 2, exemplarMaxAge: 1000 });
  exemplars.add(7, { labels: [], value: 1 });
  const before = exemplars.copy([3, 7]);
  exemplars.add(7, { labels: [], value: 2 });
  expect([...(before ?? [])].map(([place, list]) => [place, list.length])).toEqual([[1, 1]]);
});
