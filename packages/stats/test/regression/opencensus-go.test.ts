import { LABEL_VALUE_LIMIT } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { count, distribution, lastValue, sum, view } from '../../src/index.ts';
import { Fixture, thrownBy } from '../recorded.ts';

// Defects of OpenCensus Go as listed in its reference, G1 to G18; those of gauges, codecs and exporters stand there.

test('G1: distribution([10]) puts 10 into its first bucket', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { aggregation: distribution([10]) });
  fixture.measure().record(10);
  expect(fixture.stats.retrieveData('m')[0].distribution?.buckets).toEqual([1, 0]);
});

test('G2: two separately built but equal distribution views are one view', () => {
  const fixture = new Fixture();
  const build = () => view({ measure: fixture.measure(), tagKeys: ['k'], aggregation: distribution([1, 2]) });
  fixture.stats.registerViews(build(), build());
  fixture.stats.registerViews(build());
  expect(fixture.stats.views()).toHaveLength(1);
});

test('G3: the same view name with other tag keys is refused', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['a'] });
  expect(thrownBy(() => fixture.watch(fixture.measure(), { tagKeys: ['b'] })).code).toBe('VIEW_CONFLICT');
});

test('G4: the same measure name with another unit throws, and a measure in s gives a view in s', async () => {
  const fixture = new Fixture();
  const seconds = fixture.stats.measureDouble({ name: 'm', unit: 's' });
  expect(thrownBy(() => fixture.stats.measureDouble({ name: 'm', unit: 'ms' })).code).toBe(
    'MEASURE_CONFLICT',
  );
  fixture.watch(seconds, { aggregation: sum() });
  seconds.record(1);
  expect((await fixture.registry.gather({ names: ['m'] })).families[0].unit).toBe('s');
});

test.each([127, 128, 255, 256, LABEL_VALUE_LIMIT])(
  'G6: a tag value of %d characters survives whole',
  (length) => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { tagKeys: ['k'] });
    fixture.measure().record(1, { k: 'x'.repeat(length) });
    expect(fixture.stats.retrieveData('m')[0].tags.k).toBe('x'.repeat(length));
  },
);

test('G6: tag values of 65 536 characters that differ at their end stay two rows', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  for (const end of 'ab') fixture.measure().record(1, { k: 'x'.repeat(65_535) + end });
  expect(fixture.stats.retrieveData('m').map(({ value }) => value)).toEqual([1, 1]);
});

test('G7: a last value of -7 reads -7, and a distribution of negatives is of recorded values alone', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { name: 'last', aggregation: lastValue() });
  fixture.watch(fixture.measure(), { name: 'dist', aggregation: distribution([-10, -5]) });
  fixture.measure().record(-7);
  expect(fixture.values('last')).toEqual({ '{}': -7 });
  expect(fixture.stats.retrieveData('dist')[0].distribution).toMatchObject({
    count: 1,
    sum: -7,
    mean: -7,
    buckets: [0, 1, 0],
  });
});

test('G8: recorders bound in turn own their counts, and mutating an array that was passed in changes nothing', () => {
  const fixture = new Fixture();
  const [keys, bounds] = [
    ['a', 'b', 'c'],
    [1, 2],
  ];
  fixture.watch(fixture.measure(), { tagKeys: keys, aggregation: distribution(bounds) });
  keys.length = 0;
  bounds.reverse();
  const bound = ['1', '2', '3', '4'].map((a) => fixture.measure().bind({ a, b: 'b', c: 'c' }));
  for (let round = 0; round < 3; round++) for (const recorder of bound) recorder.record(1);
  const rows = fixture.stats.retrieveData('m');
  expect(rows.map(({ tags, distribution }) => [tags.a, distribution?.buckets])).toEqual([
    ['1', [3, 0, 0]],
    ['2', [3, 0, 0]],
    ['3', [3, 0, 0]],
    ['4', [3, 0, 0]],
  ]);
});

test('G11: unregistering another view that shares only the name leaves the registered one', () => {
  const fixture = new Fixture();
  const found = fixture.watch(fixture.measure());
  const stranger = view({ measure: fixture.measure(), name: 'm', tagKeys: ['k'], aggregation: sum() });
  expect(fixture.stats.unregisterViews(stranger)).toBe(0);
  expect(fixture.stats.findView('m')).toBe(found);
});

test('G12: an empty tag and a missing tag are one series', async () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  fixture.measure().record(1, { k: '' });
  fixture.measure().record(1, {});
  const { families } = await fixture.registry.gather({ names: ['m'] });
  expect(families[0].parts).toMatchObject([{ rows: 1, values: new Float64Array([2]) }]);
});

test('G13: after the last view is unregistered, recording reads no tags any more', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { tagKeys: ['k'] });
  fixture.stats.unregisterViews('m');
  let reads = 0;
  const tags = {
    get k(): string {
      reads++;
      return 'v';
    },
  };
  measure.record(1, tags);
  expect([reads, measure.watch]).toEqual([0, undefined]);
});

test('G18: eight tags recorded are eight labels on the row', async () => {
  const fixture = new Fixture();
  const names = 'abcdefgh'.split('');
  fixture.watch(fixture.measure(), { tagKeys: names, aggregation: count() });
  fixture.measure().record(1, Object.fromEntries(names.map((name) => [name, name])));
  const { families } = await fixture.registry.gather({ names: ['m'] });
  expect(families[0].parts[0].labels.dictionaries).toEqual(names.map((name) => [name]));
});
