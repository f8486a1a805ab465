import { Desc } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { count, distribution, record, sum, tagKey, view } from '../../src/index.ts';
import { Fixture, thrownBy } from '../recorded.ts';

// Defects of OpenCensus Node as listed in its reference, N1 to N13; those of gauges, codecs and exporters stand there.

test('N1: { a: x, b: y } and { a: y, b: x } are two rows', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['a', 'b'] });
  fixture.measure().record(1, { a: 'x', b: 'y' });
  fixture.measure().record(1, { a: 'y', b: 'x' });
  expect(fixture.values()).toEqual({ '{"a":"x","b":"y"}': 1, '{"a":"y","b":"x"}': 1 });
});

test('N2: ["a,b", "c"] and ["a", "b,c"] are two rows', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['k', 'l'] });
  fixture.measure().record(1, { k: 'a,b', l: 'c' });
  fixture.measure().record(1, { k: 'a', l: 'b,c' });
  expect(Object.values(fixture.values())).toEqual([1, 1]);
});

test('N3: two key objects of one name are one key of a view, and of two equal views', () => {
  const fixture = new Fixture();
  const build = () => view({ measure: fixture.measure(), tagKeys: [tagKey('k')], aggregation: count() });
  fixture.stats.registerViews(build(), build());
  fixture.measure().record(1, { k: 'v' });
  expect(fixture.values()).toEqual({ '{"k":"v"}': 1 });
});

test('N4: in a batch, an unwatched measure and a negative value keep nothing else back', () => {
  const fixture = new Fixture();
  const [idle, watched] = [fixture.measure('idle'), fixture.measure()];
  fixture.watch(watched, { aggregation: sum() });
  record([idle.m(1), watched.m(-1), watched.m(2)]);
  expect(fixture.values()).toEqual({ '{}': 2 });
});

test('N5: another view of one name is refused, an empty name is the measure’s, a view can be unregistered', () => {
  const fixture = new Fixture();
  expect(fixture.watch(fixture.measure(), { name: '' }).name).toBe('m');
  expect(thrownBy(() => fixture.watch(fixture.measure(), { aggregation: sum() })).code).toBe('VIEW_CONFLICT');
  expect(fixture.stats.unregisterViews('m')).toBe(1);
});

test('N6: NaN leaves count, sum and mean as they were', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { aggregation: distribution([5]) });
  for (const value of [4, Number.NaN, 6]) fixture.measure().record(value);
  expect(fixture.stats.retrieveData('m')[0].distribution).toMatchObject({ count: 2, sum: 10, mean: 5 });
});

test('N7: whoever collects or reads beside the views and throws does not reach the caller of record()', async () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure());
  const failing = (): never => {
    throw new Error('exporter');
  };
  const desc = new Desc({ name: 'failing', type: 'gauge' });
  fixture.registry.register({ describe: () => [desc], collect: failing });
  const reading = fixture.registry.gather().then(failing);
  fixture.measure().record(1);
  await expect(reading).rejects.toThrow('exporter');
  fixture.measure().record(1);
  expect(fixture.values()).toEqual({ '{}': 2 });
});

test('N12: bounds [5, 1] and [1, 1] throw', () => {
  for (const bounds of [
    [5, 1],
    [1, 1],
  ])
    expect(thrownBy(() => distribution(bounds)).code).toBe('BOUNDS_NOT_RISING');
});

test('N13: a count view is in 1, and bytes are in By', async () => {
  const fixture = new Fixture();
  const bytes = fixture.stats.measureInt64({ name: 'bytes', unit: 'By' });
  fixture.watch(bytes, { name: 'count' });
  fixture.watch(bytes, { name: 'sum', aggregation: sum() });
  bytes.record(5);
  const { families } = await fixture.registry.gather({ names: ['count', 'sum'] });
  expect(families.map(({ unit }) => unit)).toEqual(['1', 'By']);
});

test.each(['s', 'By', '{request}', 'kBy/s', 'Cel'])(
  'N13: the unit %s reaches the family as it is',
  async (unit) => {
    const fixture = new Fixture();
    const measure = fixture.stats.measureDouble({ name: 'm', unit });
    fixture.watch(measure, { aggregation: sum() });
    measure.record(1);
    expect((await fixture.registry.gather({ names: ['m'] })).families[0].unit).toBe(unit);
  },
);
