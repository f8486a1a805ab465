import { expect, test } from 'vitest';
import { count, distribution, exponential, viewConfig } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

/** A view of each kind that matters here: `c` counts, `d` has bounds, `e` exponential buckets with bounds beside. */
function fixtureOfThree(): Fixture {
  const fixture = new Fixture();
  const latency = fixture.measure('latency', 'ms');
  fixture.watch(latency, { name: 'c', aggregation: count() });
  fixture.watch(latency, { name: 'd', aggregation: distribution([1, 2]) });
  fixture.watch(latency, { name: 'e', aggregation: exponential({ schema: 5 }, [3, 4]) });
  return fixture;
}

function aggregationsUnder(values: unknown) {
  const fixture = fixtureOfThree();
  const plan = viewConfig(fixture.stats).prepare(untyped(values));
  expect(plan.issues).toEqual([]);
  plan.commit();
  return Object.fromEntries(fixture.stats.runningViews().map(({ name, aggregation }) => [name, aggregation]));
}

function issuesOf(values: unknown): string[] {
  const { issues } = viewConfig(fixtureOfThree().stats).prepare(untyped(values));
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('aggregation "exponential" alone has the defaults and no classic buckets', () => {
  const { c, d, e } = aggregationsUnder({ views: [{ name: 'd', aggregation: 'exponential' }] });
  expect([c, d, e]).toEqual([count(), exponential(), exponential({ schema: 5 }, [3, 4])]);
});

test('options and bounds of an entry are those of the view, bounds in the unit that is given', () => {
  const options = {
    schema: 2,
    maxBuckets: 40,
    zeroThreshold: 0.5,
    maxZeroThreshold: 1,
    minResetInterval: '1h',
  };
  const { d } = aggregationsUnder({
    views: [{ name: 'd', aggregation: 'exponential', exponential: options, bounds: [1, 5], unit: 's' }],
  });
  expect(d).toEqual(exponential({ ...options, minResetInterval: 3_600_000 }, [1000, 5000]));
});

test('an entry changes what it names of an exponential view and leaves the rest', () => {
  expect(aggregationsUnder({ views: [{ name: 'e', bounds: [7] }] }).e).toEqual(
    exponential({ schema: 5 }, [7]),
  );
  expect(aggregationsUnder({ views: [{ name: 'e', bounds: [] }] }).e).toEqual(exponential({ schema: 5 }));
  expect(aggregationsUnder({ views: [{ name: 'e', exponential: { factor: 2 } }] }).e).toEqual(
    exponential({ schema: 0 }, [3, 4]),
  );
});

test('a later entry takes exponential buckets back, with the bounds code has', () => {
  const views = [
    { name: '*', aggregation: 'exponential' },
    { name: 'd', aggregation: 'distribution' },
  ];
  expect(aggregationsUnder({ views }).d).toEqual(distribution([1, 2]));
});

test('options for many views are for those with exponential buckets', () => {
  const { c, d, e } = aggregationsUnder({ views: [{ name: '*', exponential: { schema: 1 } }] });
  expect([c, d, e]).toEqual([count(), distribution([1, 2]), exponential({ schema: 1 }, [3, 4])]);
});

test('a new view of a measure has exponential buckets if it has options of them', () => {
  const { x } = aggregationsUnder({
    views: [{ name: 'x', measure: 'latency', exponential: { maxBuckets: 9 } }],
  });
  expect(x).toEqual(exponential({ maxBuckets: 9 }));
});

test('latencyDistributionBuckets are for the classic buckets beside too, where there are any', () => {
  const { d, e } = aggregationsUnder({ latencyDistributionBuckets: [10, 20] });
  expect([d, e]).toEqual([distribution([10, 20]), exponential({ schema: 5 }, [10, 20])]);
  const { d: native } = aggregationsUnder({
    latencyDistributionBuckets: [10],
    views: [{ name: 'd', aggregation: 'exponential' }],
  });
  expect(native).toEqual(exponential());
});

test.each([
  [
    { exponential: {} },
    'c',
    'views.0.exponential: view "c" has no exponential buckets; add "aggregation": "exponential", or leave it out',
  ],
  [
    { aggregation: 'sum', exponential: {} },
    'c',
    'views.0.exponential: they are options of exponential buckets, not of "sum"; leave them out',
  ],
  [{ exponential: { schema: 12 } }, 'e', 'views.0.exponential.schema: use a whole number of -4 to 8'],
  [
    { exponential: { schema: 3, factor: 2 } },
    'e',
    'views.0.exponential.factor: use either a factor or a schema',
  ],
  [
    { exponential: { minResetInterval: 'soon' } },
    'e',
    'views.0.exponential.minResetInterval: use a finite number of 0 or more',
  ],
  [
    { exponential: { shema: 3 } },
    'e',
    'views.0.exponential.shema: no such field is known; use "schema", "factor", "maxBuckets", "zeroThreshold", "maxZeroThreshold", "maxExemplars", "minResetInterval" or "exemplarMaxAge"',
  ],
  [
    { exponential: 3 },
    'e',
    'views.0.exponential: use an object with "schema", "factor", "maxBuckets", "zeroThreshold", "maxZeroThreshold", "maxExemplars", "minResetInterval" or "exemplarMaxAge"',
  ],
])('an entry with %j for "%s" is refused: %s', (entry, name, expected) => {
  expect(issuesOf({ views: [{ name, ...entry }] })).toEqual([expected]);
});

test('a view that gets exponential buckets begins anew, an untouched one goes on', () => {
  const fixture = fixtureOfThree();
  const latency = fixture.measure('latency', 'ms');
  const bound = latency.bind();
  bound.record(1);
  fixture.stats.configure({ views: [{ name: 'd', aggregation: 'exponential' }] });
  bound.record(1);
  expect(['c', 'd', 'e'].map((name) => fixture.stats.retrieveData(name)[0].value)).toEqual([2, 1, 2]);
  fixture.stats.configure({ views: [{ name: 'd', aggregation: 'exponential', exponential: { schema: 3 } }] });
  bound.record(1);
  expect(['c', 'd', 'e'].map((name) => fixture.stats.retrieveData(name)[0].value)).toEqual([3, 2, 3]);
});
