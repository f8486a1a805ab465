import { Counter } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { distribution, viewConfig } from '../src/index.ts';
import { Fixture, thrownBy, untyped, watched } from './recorded.ts';

/** Paths and messages of what is wrong, as one text each. */
function issuesOf(values: unknown, fixture = watched('a', 'b')): string[] {
  const { issues } = viewConfig(fixture.stats).prepare(untyped(values));
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function warningsOf(values: unknown, fixture = watched('a', 'b')): string[] {
  const { issues, warnings } = viewConfig(fixture.stats).prepare(untyped(values));
  expect(issues).toEqual([]);
  return warnings.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('viewConfig() claims four fields and describes each', () => {
  const { fields } = viewConfig(new Fixture().stats);
  expect(fields.map(({ name }) => name)).toEqual(['views', 'tags', 'rules', 'latencyDistributionBuckets']);
  for (const field of fields) {
    expect(Object.values(field).every((text) => typeof text === 'string' && text !== '')).toBe(true);
  }
});

test('prepare() changes nothing, commit() does, and no fields undo it', () => {
  const fixture = watched('a', 'b');
  const config = viewConfig(fixture.stats);
  const before = fixture.stats.runningViews();
  const { watch } = fixture.measure();
  const plan = config.prepare({ views: [{ name: 'm', tags: ['a'] }], tags: { constant: { zone: 'x' } } });
  expect(plan).toMatchObject({ issues: [], warnings: [], constLabels: { zone: 'x' } });
  expect(fixture.stats.runningViews()).toEqual(before);
  expect(fixture.measure().watch).toBe(watch);
  plan.commit();
  expect(fixture.stats.runningViews()).toMatchObject([{ tagKeys: ['a'] }]);
  config.prepare({}).commit();
  expect(fixture.stats.runningViews()).toEqual(before);
});

test('commit() of a plan with issues does nothing', () => {
  const fixture = watched('a');
  viewConfig(fixture.stats)
    .prepare({
      views: [
        { name: 'm', drop: true },
        { name: 'm', seriesLimit: 0 },
      ],
    })
    .commit();
  expect(fixture.stats.runningViews()).toHaveLength(1);
});

test('fields that stand there without a value are fields left out', () => {
  const entry = { name: 'm', tags: null, bounds: null, expiry: null };
  const tags = { allow: null, deny: null, rename: null, constant: null, valueLength: null };
  expect(issuesOf({ views: [entry], tags, rules: null, latencyDistributionBuckets: null })).toEqual([]);
  expect(issuesOf({ views: null, tags: null, rules: [], latencyDistributionBuckets: [] })).toEqual([]);
});

describe('what is refused, where and with which cure', () => {
  test.each([
    [{ views: {} }, 'views: use a list of entries, each with a name'],
    [
      { views: [5] },
      'views.0: use an object with "name", "measure", "drop", "tags", "aggregation", "bounds", "exponential", "unit", "seriesLimit" or "expiry"',
    ],
    [{ views: [{ drop: true }] }, 'views.0: add "name", the name of a view'],
    [
      { views: [{ name: 5 }] },
      'views.0.name: use the name of a view, in which "*" stands for any characters',
    ],
    [
      { views: [{ name: 'm', dorp: true }] },
      'views.0.dorp: no such field is known; use "name", "measure", "drop", "tags", "aggregation", "bounds", "exponential", "unit", "seriesLimit" or "expiry"',
    ],
    [{ views: [{ name: 'm', drop: 'yes' }] }, 'views.0.drop: use true or false'],
    [{ views: [{ name: 'm', tags: 'a' }] }, 'views.0.tags: use a list of names of tags'],
    [{ views: [{ name: 'm', tags: ['a', 'a'] }] }, 'views.0.tags.1: it stands twice; name each tag once'],
    [{ views: [{ name: 'm', tags: ['é'] }] }, 'views.0.tags.0: use 1 to 255 printable ASCII characters'],
    [
      { views: [{ name: 'm', tags: ['__x'] }] },
      'views.0.tags.0: names with "__" before them are reserved; use another',
    ],
    [
      { views: [{ name: 'm', aggregation: 'mean' }] },
      'views.0.aggregation: use "count", "sum", "lastValue", "distribution" or "exponential"',
    ],
    [
      { views: [{ name: 'm', aggregation: 'distribution' }] },
      'views.0.aggregation: view "m" has no bounds; add "bounds"',
    ],
    [
      { views: [{ name: 'm', bounds: [1] }] },
      'views.0.bounds: view "m" is no distribution; add "aggregation": "distribution", or leave the bounds out',
    ],
    [
      { views: [{ name: 'm', aggregation: 'sum', bounds: [1] }] },
      'views.0.bounds: only a distribution has bounds, not "sum"; leave them out',
    ],
    [
      { views: [{ name: 'd', bounds: 5 }] },
      'views.0.bounds: use a list of rising numbers, such as [1, 5, 10]',
    ],
    [{ views: [{ name: 'd', bounds: [-1, 5] }] }, 'views.0.bounds.0: use bounds of 0 or more'],
    [{ views: [{ name: 'd', bounds: [5, 1] }] }, 'views.0.bounds.1: it stands after 5; let the bounds rise'],
    [{ views: [{ name: 'd', bounds: [1, 1] }] }, 'views.0.bounds.1: it stands twice; name each bound once'],
    [{ views: [{ name: 'd', bounds: [1, '2'] }] }, 'views.0.bounds.1: use a number'],
    [
      { views: [{ name: 'd', bounds: [1, Number.POSITIVE_INFINITY] }] },
      'views.0.bounds.1: use a finite number; there is always a last bucket up to +Inf',
    ],
    [{ views: [{ name: 'd', unit: 's' }] }, 'views.0.unit: it is the unit of bounds; add bounds'],
    [
      { views: [{ name: 'd', bounds: [1], unit: 'fortnight' }] },
      'views.0.unit: use a unit such as "ms", "s" or "By", or a duration such as "1ms"',
    ],
    [
      { views: [{ name: 'd', bounds: [1], unit: 'By' }] },
      'views.0.unit: measure "d" has unit "ms"; use a unit of the same kind, or leave it out',
    ],
    [{ views: [{ name: 'm', seriesLimit: 0 }] }, 'views.0.seriesLimit: use a whole number of at least 1'],
    [{ views: [{ name: 'm', seriesLimit: 1.5 }] }, 'views.0.seriesLimit: use a whole number of at least 1'],
    [
      { views: [{ name: 'm', expiry: 600 }] },
      'views.0.expiry: use a duration such as "10m" or "1h30m", or 0 for never',
    ],
    [
      { views: [{ name: 'm', expiry: '-10m' }] },
      'views.0.expiry: use a duration such as "10m" or "1h30m", or 0 for never',
    ],
    [
      { views: [{ name: 'x*', measure: 'm', aggregation: 'count' }] },
      'views.0.name: a new view needs one name; write it without "*"',
    ],
    [
      { views: [{ name: 'x', measure: 'm' }] },
      'views.0: a new view needs an aggregation; add "aggregation" with "count", "sum", "lastValue", "distribution" or "exponential"',
    ],
    [
      { views: [{ name: 'm', measure: 'd', aggregation: 'count' }] },
      'views.0.measure: view "m" is of measure "m"; leave "measure" out to change it, or use another name',
    ],
    [
      { views: [{ name: 'd', tags: ['le'] }] },
      'views.0: the registry has no room for it: Cannot define histogram "d": it writes label "le" itself; use another name',
    ],
    [
      { viwes: [] },
      'viwes: no such field is known; use "views", "tags", "rules" or "latencyDistributionBuckets"',
    ],
  ])('%j', (values, expected) => {
    const fixture = watched('a', 'b');
    fixture.watch(fixture.measure('d', 'ms'), { aggregation: distribution([1]) });
    expect(issuesOf(values, fixture)).toEqual([expected]);
  });

  test('all that is wrong is told at once', () => {
    const values = {
      views: [
        { name: 'm', seriesLimit: 0 },
        { name: 'm', bounds: [2, 1] },
      ],
      tags: { valueLength: 1 },
      rules: [{ name: 'm', labels: [{ name: 'a', regex: { x: '(' } }] }],
      latencyDistributionBuckets: [-1],
    };
    expect(issuesOf(values)).toHaveLength(5);
  });

  test('a name that another collector writes is refused before anything runs, and its view goes on', async () => {
    const fixture = watched('a');
    fixture.measure().record(1, { a: 'x' });
    fixture.registry.register(new Counter({ name: 'm_count_total', help: '' }));
    const [issue, ...others] = issuesOf(
      { views: [{ name: 'm', aggregation: 'distribution', bounds: [1] }] },
      fixture,
    );
    expect(others).toEqual([]);
    expect(issue).toContain('views.0: the registry has no room for it: ');
    expect(issue).toContain('it writes samples "m_count", as metric "m_count_total" does; use another name');
    fixture.measure().record(1, { a: 'x' });
    expect(await fixture.series('m')).toEqual({ '{"a":"x"}': 2 });
  });

  test.each([
    null,
    5,
    'views',
    [],
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hostile');
        },
      },
    ),
    {
      views: [
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('hostile');
            },
          },
        ),
      ],
    },
  ])('prepare() never throws, whatever it is given', (values) => {
    expect(issuesOf(values).length).toBeGreaterThan(0);
  });
});

describe('what is odd but usable', () => {
  test.each([
    [{ views: [{ name: 'nobody', seriesLimit: 1 }] }, 'views.0.name: no view of this name is registered yet'],
    [{ views: [{ name: 'no*', drop: true }] }, 'views.0.name: no view of this name is registered yet'],
    [
      { views: [{ name: 'x', measure: 'none', aggregation: 'count' }] },
      'views.0.measure: no measure of this name is defined yet; the view begins when it is',
    ],
    [{ tags: { deny: ['zz'] } }, 'tags.deny.0: no view has a tag of this name yet'],
    [{ tags: { rename: { zz: 'y' } } }, 'tags.rename.zz: no view has a tag of this name yet'],
    [
      { rules: [{ name: 'none', labels: [] }] },
      'rules.0.name: no view of this name, or of a measure of this name, runs yet',
    ],
    [
      { rules: [{ name: 'm', labels: [{ name: 'zz', regex: { x: 'y' } }] }] },
      'rules.0.labels.0.name: the metric keeps no tag of this name',
    ],
    [
      { rules: [{ name: 'm', labels: [{ name: 'a', regex: { $1x: '(y)' } }] }] },
      `rules.0.labels.0.regex.$1x: the pattern has no group "1x", which is empty then; write \${1} before a letter, digit or "_"`,
    ],
    [
      { rules: [{ name: 'm', labels: [{ name: 'a', regex: { z: 'y', 1: 'x' } }] }] },
      'rules.0.labels.0.regex.1: a replacement that is a number loses its place; write a list of objects instead',
    ],
    [
      { latencyDistributionBuckets: { views: { m: [1] } } },
      'latencyDistributionBuckets.views.m: no view "m" is registered yet whose measure has a unit of time',
    ],
  ])('%j', (values, expected) => {
    expect(warningsOf(values)).toEqual([expected]);
  });

  test('names with "*" and what fits somewhere are not odd', () => {
    const values = {
      views: [{ name: '*', seriesLimit: 5 }],
      tags: { deny: ['z*'], allow: ['a', 'b'], rename: { a: 'c' } },
      rules: [{ name: 'm', labels: [{ name: 'a', regex: { x: 'y' } }] }],
    };
    expect(warningsOf(values)).toEqual([]);
  });
});

describe('configure()', () => {
  test('throws with the field, its value, the cure and how much else is wrong', () => {
    const { stats } = watched('a');
    const views = [{ name: 'm', seriesLimit: 0, bounds: [3, 2] }];
    const error = thrownBy(() => stats.configure({ views }));
    expect(error.code).toBe('ARGUMENT_INVALID');
    expect(error.message).toBe(
      'Cannot configure views: "views[0].bounds[1]" is 2 (number); it stands after 3; let the bounds rise, and 1 more',
    );
    expect(error.details.issues).toHaveLength(2);
    expect(stats.runningViews()).toHaveLength(1);
  });

  test('answers warnings and constant labels', () => {
    const { stats } = watched('a');
    expect(stats.configure({ tags: { constant: { zone: 'a', shard: 7, live: true, none: '' } } })).toEqual({
      warnings: [],
      constLabels: { zone: 'a', shard: '7', live: 'true' },
    });
  });
});
