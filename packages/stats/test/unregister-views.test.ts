import { describe, expect, test } from 'vitest';
import { count, distribution, sum, view } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

describe('unregistering', () => {
  test('unregisterViews() takes names and equal views and answers how many ended', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { name: 'a' });
    fixture.watch(fixture.measure(), { name: 'b' });
    fixture.watch(fixture.measure(), { name: 'c' });
    const equal = view({ name: 'b', measure: fixture.measure(), aggregation: count() });
    expect(fixture.stats.unregisterViews('a', equal, 'unknown', 'a')).toBe(2);
    expect(fixture.stats.views().map(({ name }) => name)).toEqual(['c']);
    expect(fixture.stats.unregisterViews()).toBe(0);
  });

  test.each([[undefined], [null], [0], [{}]])(
    'unregisterViews(%j) ends nothing and does not throw',
    (given) => {
      const fixture = new Fixture();
      fixture.watch(fixture.measure());
      expect(fixture.stats.unregisterViews(untyped(given))).toBe(0);
    },
  );

  test('a view that only shares the name is left alone', () => {
    const fixture = new Fixture();
    const theirs = new Fixture();
    fixture.watch(fixture.measure(), { tagKeys: ['a'] });
    const strangers = [
      view({ measure: fixture.measure(), aggregation: count() }),
      view({ measure: fixture.measure(), aggregation: sum(), tagKeys: ['a'] }),
      view({ measure: theirs.measure(), aggregation: count(), tagKeys: ['a'] }),
      view({ measure: fixture.measure('n'), name: 'm', aggregation: count(), tagKeys: ['a'] }),
    ];
    expect(fixture.stats.unregisterViews(...strangers)).toBe(0);
    expect(fixture.stats.findView('m')).toBeDefined();
  });

  test('the numbers of an ended view are gone from the page and do not come back', async () => {
    const fixture = new Fixture();
    const found = fixture.watch(fixture.measure());
    fixture.measure().record(1);
    fixture.stats.unregisterViews('m');
    expect((await fixture.registry.gather()).families).toEqual([]);
    fixture.stats.registerViews(found);
    expect(fixture.values()).toEqual({});
  });

  test('a name is free for another measure, other tags and another aggregation after its view ended', async () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { name: 'v', tagKeys: ['a'] });
    fixture.stats.unregisterViews('v');
    const n = fixture.measure('n');
    fixture.watch(n, { name: 'v', tagKeys: ['b'], aggregation: distribution([1]), description: 'New' });
    n.record(1, { b: 'x' });
    const { families, errors } = await fixture.registry.gather({ names: ['v'] });
    expect(errors).toEqual([]);
    expect(families).toMatchObject([{ type: 'histogram', help: 'New' }]);
  });

  test('unregistering the last view makes recording one branch again', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'a' });
    fixture.watch(measure, { name: 'b', tagKeys: ['k'] });
    fixture.stats.unregisterViews('a');
    expect(measure.watch).toBeDefined();
    fixture.stats.unregisterViews('b');
    expect(measure.watch).toBeUndefined();
  });
});
