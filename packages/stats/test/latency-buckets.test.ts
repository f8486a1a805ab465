import { expect, test } from 'vitest';
import { count, distribution, type LatencyBucketValues, viewConfig } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

/** Bounds by view: latencies in ms, s and ns, a size, a ratio, and a count of milliseconds. */
function boundsUnder(
  latencyDistributionBuckets: unknown,
  views: readonly object[] = [],
): Record<string, unknown> {
  const fixture = new Fixture();
  for (const unit of ['ms', 's', 'ns', 'By', '1']) {
    fixture.watch(fixture.measure(unit, unit), { aggregation: distribution([7]) });
  }
  fixture.watch(fixture.measure('ms', 'ms'), { name: 'count', aggregation: count() });
  fixture.stats.configure(untyped({ latencyDistributionBuckets, views }));
  const running = fixture.stats.runningViews().map(({ name, aggregation }) => {
    return [name, aggregation.kind === 'distribution' ? aggregation.bounds : aggregation.kind];
  });
  return Object.fromEntries(running);
}

const untouched = { ms: [7], s: [7], ns: [7], By: [7], 1: [7], count: 'count' };

test.each<[LatencyBucketValues | null, object]>([
  [null, {}],
  [[], {}],
  [{}, {}],
  [{ default: [] }, {}],
  [[1, 5, 250], { ms: [1, 5, 250], s: [0.001, 0.005, 0.25], ns: [1e6, 5e6, 250e6] }],
  [[0, 0.5], { ms: [0, 0.5], s: [0, 0.0005], ns: [0, 500_000] }],
  [{ default: [1] }, { ms: [1], s: [0.001], ns: [1e6] }],
  [
    { unit: 's', default: [1] },
    { ms: [1000], s: [1], ns: [1e9] },
  ],
  [
    { unit: '1ms', default: [1] },
    { ms: [1], s: [0.001], ns: [1e6] },
  ],
  [
    { unit: '1s', default: [0.1] },
    { ms: [100], s: [0.1], ns: [1e8] },
  ],
  [{ views: { s: [5] } }, { s: [0.005] }],
  [
    { unit: 's', default: [1], views: { ms: [2], s: { unit: 'ms', bounds: [3] } } },
    { ms: [2000], s: [0.003], ns: [1e9] },
  ],
  [
    { default: [1], views: { '*s': [2], ns: [3], s: [] } },
    { ms: [2], s: [0.002], ns: [3e6] },
  ],
  [{ views: { By: [5] } }, {}],
])('under %j the bounds are right in the unit of each measure', (values, expected) => {
  expect(boundsUnder(values)).toEqual({ ...untouched, ...expected });
});

test('the bounds of an entry win over those for all', () => {
  const views = [{ name: 'ms', bounds: [0.002], unit: 's' }];
  expect(boundsUnder([1], views)).toMatchObject({ ms: [2], s: [0.001] });
});

test('a view that an entry makes a distribution of time needs no bounds of its own', () => {
  const views = [
    { name: 'count', aggregation: 'distribution' },
    { name: 'new', measure: 's', aggregation: 'distribution' },
  ];
  expect(boundsUnder([1], views)).toMatchObject({ count: [1], new: [0.001] });
});

const field = 'latencyDistributionBuckets';
test.each([
  [5, [field], 'use a list of rising numbers, such as [1, 5, 10]'],
  [[-1, 5], [field, 0], 'use bounds of 0 or more'],
  [[5, 1], [field, 1], 'it stands after 5; let the bounds rise'],
  [[1, 1], [field, 1], 'it stands twice; name each bound once'],
  [[1, Number.NaN], [field, 1], 'use a finite number; there is always a last bucket up to +Inf'],
  [{ default: ['1'] }, [field, 'default', 0], 'use a number'],
  [{ bounds: [1] }, [field, 'bounds'], 'no such field is known; use "unit", "default" or "views"'],
  [{ unit: 5 }, [field, 'unit'], 'use a unit such as "ms", "s" or "By", or a duration such as "1ms"'],
  [{ unit: 'By' }, [field, 'unit'], 'use a unit of time, such as "ms" or "s"'],
  [{ views: [] }, [field, 'views'], 'use an object of bounds by name of the view'],
  [{ views: { ms: [2, 1] } }, [field, 'views', 'ms', 1], 'it stands after 2; let the bounds rise'],
  [
    { views: { ms: { bounds: [2, 1] } } },
    [field, 'views', 'ms', 'bounds', 1],
    'it stands after 2; let the bounds rise',
  ],
])('%j are refused', (values, path, message) => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure('ms', 'ms'), { aggregation: distribution([1]) });
  const { issues } = viewConfig(fixture.stats).prepare(untyped({ latencyDistributionBuckets: values }));
  expect(issues).toEqual([{ path, message }]);
});
