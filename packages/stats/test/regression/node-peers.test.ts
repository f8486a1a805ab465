import { expect, test } from 'vitest';
import { count, distribution, record, sum, tagKey, view } from '../../src/index.ts';
import { Fixture, thrownBy, untyped } from '../recorded.ts';

// Defects of other Node clients, items 1 to 9 of the list in the Node reference.

test.each([
  [
    { a: '1', b: '2' },
    { a: '1,b:2', b: '' },
  ],
  [
    { a: 'x|', b: 'y' },
    { a: 'x', b: '|y' },
  ],
  [
    { a: 'x', b: 'y' },
    { a: 'y', b: 'x' },
  ],
])('1: tags %j and %j are two series', (one, other) => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['a', 'b'] });
  fixture.measure().record(1, one);
  fixture.measure().record(1, other);
  expect(Object.values(fixture.values())).toEqual([1, 1]);
});

test('2: tag keys compare by name, not by identity', () => {
  const fixture = new Fixture();
  const twice = () => [tagKey('k'), tagKey('k')];
  expect(thrownBy(() => fixture.watch(fixture.measure(), { tagKeys: twice() })).code).toBe(
    'LABEL_NAME_DUPLICATE',
  );
});

test('3: NaN and the infinities enter neither counter nor sum', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { name: 'count' });
  fixture.watch(fixture.measure(), { name: 'sum', aggregation: sum() });
  for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2])
    fixture.measure().record(value);
  expect([fixture.values('count'), fixture.values('sum')]).toEqual([{ '{}': 2 }, { '{}': 3 }]);
});

test('4: a text, Infinity, NaN and an unknown tag do not throw from record()', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { aggregation: distribution([1]), tagKeys: ['k'] });
  for (const value of ['1', Number.POSITIVE_INFINITY, Number.NaN, 1])
    expect(() => fixture.measure().record(untyped(value), { unknown: 'x' })).not.toThrow();
  expect(fixture.values()).toEqual({ '{}': 1 });
});

test('5: undefined and null do not become text; missing and empty are one series', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  for (const tags of [{ k: undefined }, { k: null }, { k: '' }, {}, undefined])
    fixture.measure().record(1, tags);
  expect(fixture.values()).toEqual({ '{}': 5 });
});

test('6: unsorted bounds are refused when they are defined', () => {
  expect(thrownBy(() => distribution([1, 5, 3])).code).toBe('BOUNDS_NOT_RISING');
});

test('7: neither a measurement without a view nor a negative one drops the rest of the batch', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { aggregation: sum() });
  record([
    fixture.measure('idle').m(1),
    fixture.measure().m(1),
    fixture.measure().m(-1),
    fixture.measure().m(1),
  ]);
  expect(fixture.values()).toEqual({ '{}': 2 });
});

test('8: a value equal to a bound lands below it, as Prometheus has it', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { aggregation: distribution([1, 2]) });
  for (const value of [1, 2, 2.000001]) fixture.measure().record(value);
  expect(fixture.stats.retrieveData('m')[0].distribution?.buckets).toEqual([1, 1, 1]);
});

test('9: an equal view of one name is fine, a different one is an error', () => {
  const fixture = new Fixture();
  const build = (tagKeys: string[]) => view({ measure: fixture.measure(), tagKeys, aggregation: count() });
  fixture.stats.registerViews(build(['a', 'b']), build(['b', 'a']));
  expect(thrownBy(() => fixture.stats.registerViews(build(['a']))).code).toBe('VIEW_CONFLICT');
});
