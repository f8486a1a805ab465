import { describe, expect, test } from 'vitest';
import { count, distribution, lastValue, sum, view } from '../src/index.ts';
import { Fixture, thrownBy, watched } from './recorded.ts';

describe('drop', () => {
  test('a dropped view is off the page and stays known as code registered it', async () => {
    const fixture = watched('k');
    const found = fixture.stats.findView('m');
    fixture.stats.configure({ views: [{ name: 'm', drop: true }] });
    fixture.measure().record(1, { k: 'a' });
    expect(fixture.stats.findView('m')).toBe(found);
    expect(fixture.stats.views()).toEqual([found]);
    expect(fixture.stats.runningViews()).toEqual([]);
    expect(fixture.measure().watch).toBeUndefined();
    expect(await fixture.series('m')).toEqual({});
    expect(thrownBy(() => fixture.stats.retrieveData('m')).message).toContain('the operator drops it');
  });

  test('a later entry takes the drop back', () => {
    const fixture = watched();
    fixture.stats.configure({
      views: [
        { name: '*', drop: true },
        { name: 'm', drop: false },
      ],
    });
    expect(fixture.stats.runningViews()).toHaveLength(1);
  });

  test('a dropped view can be registered again and unregistered by name and by value', () => {
    const fixture = watched('k');
    fixture.stats.configure({ views: [{ name: 'm', drop: true }] });
    const equal = view({ measure: fixture.measure(), tagKeys: ['k'], aggregation: count() });
    fixture.stats.registerViews(equal);
    expect(fixture.stats.unregisterViews(equal)).toBe(1);
    expect(fixture.stats.findView('m')).toBeUndefined();
    expect(fixture.stats.unregisterViews('m')).toBe(0);
  });
});

describe('changes', () => {
  test('tags, aggregation, bounds and limit are what the entry says', () => {
    const fixture = watched('a', 'b');
    const views = [
      { name: 'm', tags: ['c', 'b'], aggregation: 'distribution', bounds: [1, 2], seriesLimit: 2 } as const,
    ];
    fixture.stats.configure({ views });
    expect(fixture.stats.runningViews()).toMatchObject([
      { name: 'm', tagKeys: ['b', 'c'], aggregation: distribution([1, 2]), seriesLimit: 2 },
    ]);
    for (const b of ['1', '2', '3']) fixture.measure().record(1, { a: 'x', b, c: 'z' });
    const overflow = '{"b":"__overflow__","c":"__overflow__"}';
    expect(fixture.values()).toEqual({ '{"b":"1","c":"z"}': 1, '{"b":"2","c":"z"}': 1, [overflow]: 1 });
  });

  test.each([
    ['count', count()],
    ['sum', sum()],
    ['lastValue', lastValue()],
  ] as const)('aggregation "%s" makes it so', (aggregation, expected) => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { aggregation: distribution([1]) });
    fixture.stats.configure({ views: [{ name: 'm', aggregation }] });
    expect(fixture.stats.runningViews()[0].aggregation).toEqual(expected);
  });

  test('a distribution that becomes one again has the bounds of code', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { aggregation: distribution([1]) });
    const views = [
      { name: '*', aggregation: 'count' } as const,
      { name: 'm', aggregation: 'distribution' } as const,
    ];
    fixture.stats.configure({ views });
    expect(fixture.stats.runningViews()[0].aggregation).toEqual(distribution([1]));
  });

  test('of several entries the later one wins, field by field', () => {
    const fixture = watched('a');
    const views = [
      { name: 'm', seriesLimit: 5, tags: ['b'] },
      { name: '*', seriesLimit: 7 },
    ];
    fixture.stats.configure({ views });
    expect(fixture.stats.runningViews()[0]).toMatchObject({ seriesLimit: 7, tagKeys: ['b'] });
  });

  test('an entry for many leaves alone what a view of them cannot take', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure('c'));
    fixture.watch(fixture.measure('d', 'ms'), { aggregation: distribution([1]) });
    fixture.watch(fixture.measure('e', '1'), { aggregation: distribution([1]) });
    fixture.stats.configure({ views: [{ name: '*', bounds: [2], unit: 's' }] });
    expect(fixture.stats.runningViews().map(({ aggregation }) => aggregation)).toEqual(
      expect.arrayContaining([count(), distribution([2000]), distribution([1])]),
    );
  });

  test.each([
    [[0, 1], 's', 'ms', [0, 1000]],
    [[1, 2], undefined, 'ms', [1, 2]],
    [[1], 'KiBy', 'By', [1024]],
    [[15], '100us', 's', [0.0015]],
  ])('bounds %j of unit %s become bounds of a measure in %s', (bounds, unit, measured, expected) => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure('m', measured), { aggregation: distribution([7]) });
    fixture.stats.configure({ views: [{ name: 'm', bounds, unit }] });
    expect(fixture.stats.runningViews()[0].aggregation).toEqual(distribution(expected));
  });

  test('no bounds at all make one bucket', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { aggregation: distribution([7]) });
    fixture.stats.configure({ views: [{ name: 'm', bounds: [] }] });
    expect(fixture.stats.runningViews()[0].aggregation).toEqual(distribution([]));
  });
});

describe('new views', () => {
  const made = { name: 'op/count', measure: 'm', aggregation: 'count', tags: ['k'] } as const;

  test('an entry with a measure adds a view, and code cannot end it', () => {
    const fixture = new Fixture();
    fixture.measure();
    fixture.stats.configure({ views: [made] });
    fixture.measure().record(1, { k: 'a' });
    expect(fixture.values('op/count')).toEqual({ '{"k":"a"}': 1 });
    expect(fixture.stats.findView('op/count')).toBeUndefined();
    expect(fixture.stats.unregisterViews('op/count')).toBe(0);
    expect(fixture.values('op/count')).toEqual({ '{"k":"a"}': 1 });
    fixture.stats.configure({});
    expect(fixture.stats.runningViews()).toEqual([]);
  });

  test('its measure may be defined later: a warning until then, the view when it is', () => {
    const fixture = new Fixture();
    const { warnings } = fixture.stats.configure({ views: [made] });
    expect(warnings).toMatchObject([{ path: ['views', 0, 'measure'] }]);
    const bound = fixture.measure().bind({ k: 'a' });
    bound.record(1);
    expect(fixture.values('op/count')).toEqual({ '{"k":"a"}': 1 });
  });

  test('one that cannot begin when its measure is defined is told to onWarning, and the measure is defined', () => {
    const told: string[] = [];
    const fixture = new Fixture({ onWarning: (message) => told.push(message) });
    fixture.stats.configure({ views: [{ ...made, name: 'taken' }] });
    fixture.watch(fixture.measure('other'), { name: 'taken_total', aggregation: sum() });
    const measure = fixture.measure();
    expect(told).toEqual([expect.stringContaining('Cannot use the operator')]);
    expect(measure.name).toBe('m');
    expect(fixture.stats.runningViews().map(({ name }) => name)).toEqual(['taken_total']);
  });

  test('later entries change it like a view of code', () => {
    const fixture = new Fixture();
    fixture.measure();
    fixture.stats.configure({
      views: [made, { name: 'op/*', seriesLimit: 1 }, { name: 'op/count', tags: [] }],
    });
    expect(fixture.stats.runningViews()).toMatchObject([{ seriesLimit: 1, tagKeys: [] }]);
  });

  test('a view of code under its name takes its place, changed by the entry, and gives it back', () => {
    const fixture = new Fixture();
    fixture.stats.configure({ views: [{ ...made, name: 'm' }] });
    fixture.watch(fixture.measure(), { aggregation: sum(), seriesLimit: 9 });
    expect(fixture.stats.runningViews()).toMatchObject([
      { seriesLimit: 9, aggregation: count(), tagKeys: ['k'] },
    ]);
    fixture.stats.unregisterViews('m');
    expect(fixture.stats.runningViews()).toMatchObject([{ seriesLimit: 10_000, aggregation: count() }]);
  });

  test('one that finds no room when the view of code ends is told, and that view is ended', () => {
    const told: string[] = [];
    const fixture = new Fixture({ onWarning: (message) => told.push(message) });
    fixture.watch(fixture.measure(), { aggregation: distribution([2]) });
    fixture.stats.configure({
      views: [
        { name: 'm', drop: true },
        { name: 'm', measure: 'm', bounds: [1] },
      ],
    });
    fixture.watch(fixture.measure('taken'), { name: 'm_bucket', aggregation: lastValue() });
    expect(told).toEqual([]);
    expect(fixture.stats.unregisterViews('m')).toBe(1);
    expect(told).toEqual([expect.stringContaining('m_bucket')]);
    expect(fixture.stats.findView('m')).toBeUndefined();
    expect(fixture.stats.runningViews().map(({ name }) => name)).toEqual(['m_bucket']);
  });

  test('bounds alone say that it is a distribution', () => {
    const fixture = new Fixture();
    fixture.measure('m', 'ms');
    fixture.stats.configure({ views: [{ name: 'x', measure: 'm', bounds: [1], unit: 's' }] });
    expect(fixture.stats.runningViews()[0].aggregation).toEqual(distribution([1000]));
  });
});

describe('views that code registers later', () => {
  test('run as the operator has them, and stay known as they are', () => {
    const fixture = new Fixture();
    fixture.stats.configure({ views: [{ name: 'm', tags: [] }], tags: { deny: ['b'] } });
    const first = fixture.watch(fixture.measure(), { tagKeys: ['a'] });
    const second = fixture.watch(fixture.measure(), { name: 'n', tagKeys: ['a', 'b'] });
    fixture.measure().record(1, { a: '1', b: '2' });
    expect([fixture.values('m'), fixture.values('n')]).toEqual([{ '{}': 1 }, { '{"a":"1"}': 1 }]);
    expect(fixture.stats.views()).toEqual([first, second]);
    expect(fixture.stats.unregisterViews(first, second)).toBe(2);
    expect(fixture.stats.runningViews()).toEqual([]);
  });

  test('one the fields cannot be applied to is refused with the field, and nothing begins', () => {
    const fixture = new Fixture();
    fixture.stats.configure({ tags: { rename: { a: 'b' } } });
    const error = thrownBy(() => fixture.watch(fixture.measure(), { tagKeys: ['a', 'b'] }));
    expect(error.code).toBe('ARGUMENT_INVALID');
    expect(error.message).toBe(
      'Cannot register view "m" as the operator has it: "tags.rename.a" is "b"; view "m" keeps tag "b" under this name; use another name, or deny or rename "b"',
    );
    expect(fixture.stats.views()).toEqual([]);
    expect(fixture.measure().watch).toBeUndefined();
  });
});
