import { describe, expect, test } from 'vitest';
import { count, distribution, lastValue, sum, TagMap } from '../src/index.ts';
import { Fixture } from './recorded.ts';

/** Tags that count how often they are read. */
function counted(values: Record<string, string>): { tags: Record<string, string>; reads: () => number } {
  let reads = 0;
  const tags = {};
  for (const [name, value] of Object.entries(values)) {
    const get = () => {
      reads++;
      return value;
    };
    Object.defineProperty(tags, name, { enumerable: true, get });
  }
  return { tags, reads: () => reads };
}

describe('views of one measure with the same tag keys', () => {
  const four = (): Fixture => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'c', tagKeys: ['a', 'b'], aggregation: count() });
    fixture.watch(measure, { name: 's', tagKeys: ['b', 'a'], aggregation: sum() });
    fixture.watch(measure, { name: 'l', tagKeys: ['a', 'b'], aggregation: lastValue() });
    fixture.watch(measure, { name: 'd', tagKeys: ['b', 'a'], aggregation: distribution([5]) });
    return fixture;
  };

  test('cost one look-up for a known row, whatever the order of their keys', () => {
    const fixture = four();
    const { tags, reads } = counted({ a: '1', b: '2' });
    fixture.measure().record(1, tags);
    const before = reads();
    fixture.measure().record(1, tags);
    expect(reads() - before).toBe(2);
  });

  test('have equal rows in equal order', () => {
    const fixture = four();
    for (const [a, b] of ['xy', 'yx', 'xx', 'xy']) fixture.measure().record(6, { a, b });
    const rows = ['c', 's', 'l', 'd'].map((name) => fixture.stats.retrieveData(name).map((row) => row.tags));
    expect(rows[0]).toEqual([
      { a: 'x', b: 'y' },
      { a: 'y', b: 'x' },
      { a: 'x', b: 'x' },
    ]);
    for (const other of rows) expect(other).toEqual(rows[0]);
    expect(fixture.values('c')).toEqual({
      '{"a":"x","b":"y"}': 2,
      '{"a":"y","b":"x"}': 1,
      '{"a":"x","b":"x"}': 1,
    });
    expect(Object.values(fixture.values('s'))).toEqual([12, 6, 6]);
    expect(fixture.stats.retrieveData('d')[0].distribution?.buckets).toEqual([0, 2]);
  });

  test('go on when one of them ends', () => {
    const fixture = four();
    const bound = fixture.measure().bind({ a: 'x' });
    bound.record(1);
    fixture.stats.unregisterViews('s');
    bound.record(1);
    fixture.measure().record(1, TagMap.of({ a: 'x' }));
    expect(fixture.values('c')).toEqual({ '{"a":"x"}': 3 });
    expect(fixture.values('l')).toEqual({ '{"a":"x"}': 1 });
  });
});

test('views with different tag keys, or limits, look up apart and keep apart', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { name: 'ab', tagKeys: ['a', 'b'] });
  fixture.watch(measure, { name: 'a', tagKeys: ['a'] });
  fixture.watch(measure, { name: 'a1', tagKeys: ['a'], seriesLimit: 1 });
  fixture.watch(measure, { name: 'none' });
  for (const [a, b] of ['xy', 'yx', 'yy']) measure.record(1, { a, b });
  expect(Object.values(fixture.values('ab'))).toEqual([1, 1, 1]);
  expect(fixture.values('a')).toEqual({ '{"a":"x"}': 1, '{"a":"y"}': 2 });
  expect(fixture.values('a1')).toEqual({ '{"a":"x"}': 1, '{"a":"__overflow__"}': 2 });
  expect(fixture.values('none')).toEqual({ '{}': 3 });
});

test('a row has eight tags if its view keeps eight', () => {
  const fixture = new Fixture();
  const tags = Object.fromEntries('abcdefgh'.split('').map((name) => [name, `value of ${name}`]));
  fixture.watch(fixture.measure(), { tagKeys: Object.keys(tags) });
  fixture.measure().record(1, tags);
  expect(fixture.stats.retrieveData('m')).toMatchObject([{ tags, value: 1 }]);
  expect(Object.keys(fixture.stats.retrieveData('m')[0].tags)).toHaveLength(8);
});
