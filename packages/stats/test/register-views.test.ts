import { Counter } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { count, distribution, sum, type View, view } from '../src/index.ts';
import { Fixture, thrownBy } from './recorded.ts';

describe('registering', () => {
  test('what was recorded before a view came is not in it', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'first', tagKeys: ['k'] });
    measure.record(1, { k: 'old' });
    fixture.watch(measure, { name: 'late', tagKeys: ['k'] });
    measure.record(1, { k: 'new' });
    measure.record(1, { k: 'old' });
    expect(fixture.values('first')).toEqual({ '{"k":"old"}': 2, '{"k":"new"}': 1 });
    expect(fixture.values('late')).toEqual({ '{"k":"new"}': 1, '{"k":"old"}': 1 });
  });

  test('an equal view again is no error and keeps the numbers', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    const first = fixture.watch(measure, { tagKeys: ['a', 'b'], aggregation: distribution([1, 2]) });
    measure.record(1);
    fixture.watch(measure, { tagKeys: ['b', 'a'], aggregation: distribution([1, 2]), description: 'other' });
    expect(fixture.values()).toEqual({ '{}': 1 });
    expect(fixture.stats.findView('m')).toBe(first);
    expect(fixture.stats.views()).toEqual([first]);
  });

  const base = { aggregation: distribution([1, 2]), tagKeys: ['a'] };
  test.each([
    ['aggregation', { aggregation: count() }, 'count of'],
    ['bounds', { aggregation: distribution([1, 3]) }, 'over [1, 3]'],
    ['tags', { tagKeys: ['a', 'b'] }, 'by [a, b]'],
    ['limit', { seriesLimit: 5 }, 'at most 5 series'],
  ])(
    'a view of the same name with another %s throws VIEW_CONFLICT and shows the difference',
    (_, change, text) => {
      const fixture = new Fixture();
      const first = fixture.watch(fixture.measure(), base);
      const error = thrownBy(() => fixture.watch(fixture.measure(), { ...base, ...change }));
      expect(error).toMatchObject({ code: 'VIEW_CONFLICT', details: { view: 'm', existing: first } });
      expect(error.message).toContain(text);
    },
  );

  test('a view of the same name over another measure throws VIEW_CONFLICT', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure('m'));
    const error = thrownBy(() => fixture.watch(fixture.measure('n'), { name: 'm' }));
    expect(error).toMatchObject({ code: 'VIEW_CONFLICT' });
  });

  test('a view of another Stats is refused, even if an equal one of ours is registered', () => {
    const ours = new Fixture();
    const theirs = new Fixture();
    const stranger = theirs.watch(theirs.measure());
    for (const prepare of [() => {}, () => ours.measure(), () => ours.watch(ours.measure())]) {
      prepare();
      const error = thrownBy(() => ours.stats.registerViews(stranger));
      expect(error.code).toBe('ARGUMENT_INVALID');
      expect(error.message).toContain('belongs to another Stats');
    }
  });
});

describe('all or nothing', () => {
  const three = (fixture: Fixture): [View, View, View] => {
    const measure = fixture.measure();
    const make = (name: string, tagKeys: string[]) => view({ name, measure, tagKeys, aggregation: count() });
    return [make('a', []), make('b', ['k']), make('c', ['k'])];
  };
  const state = async (fixture: Fixture) => ({
    views: fixture.stats.views().map(({ name }) => name),
    families: (await fixture.registry.gather()).families.map(({ name }) => name),
    watched: fixture.measure().watch !== undefined,
  });
  const nothing = { views: [], families: [], watched: false };

  test('a conflict among the views given keeps none of them', async () => {
    const fixture = new Fixture();
    const [a, b, c] = three(fixture);
    const clash = view({ name: 'a', measure: fixture.measure(), aggregation: sum() });
    expect(thrownBy(() => fixture.stats.registerViews(a, b, c, clash)).code).toBe('VIEW_CONFLICT');
    fixture.measure().record(1);
    expect(await state(fixture)).toEqual(nothing);
  });

  test('a name that another collector holds keeps none of them, and all work once it is free', async () => {
    const fixture = new Fixture();
    const taken = new Counter({ name: 'c', help: 'Other' });
    fixture.registry.register(taken);
    expect(thrownBy(() => fixture.stats.registerViews(...three(fixture))).code).toBe(
      'INCONSISTENT_DESCRIPTOR',
    );
    fixture.measure().record(1, { k: 'x' });
    expect(await state(fixture)).toEqual({ ...nothing, families: ['c'] });

    fixture.registry.unregister(taken, { release: true });
    fixture.stats.registerViews(...three(fixture));
    fixture.measure().record(1, { k: 'x' });
    expect(await state(fixture)).toEqual({
      views: ['a', 'b', 'c'],
      families: ['a', 'b', 'c'],
      watched: true,
    });
  });

  test('an equal collector under the name keeps none of them, and stays', async () => {
    const fixture = new Fixture();
    const equal = new Counter({ name: 'c', help: '', unit: '1', labelNames: ['k'] });
    fixture.registry.register(equal);
    equal.inc({ k: 'mine' });
    expect(thrownBy(() => fixture.stats.registerViews(...three(fixture))).code).toBe('ALREADY_REGISTERED');
    expect(await state(fixture)).toEqual({ ...nothing, families: ['c'] });
    expect(fixture.stats.unregisterViews('a', 'b', 'c')).toBe(0);
    expect((await state(fixture)).families).toEqual(['c']);
  });

  test('a failure leaves views, numbers and bound recorders of before as they were', () => {
    const fixture = new Fixture();
    const [a, b] = three(fixture);
    const bound = fixture.measure().bind({ k: 'x' });
    fixture.stats.registerViews(b);
    bound.record(1);
    const le = view({
      name: 'd',
      measure: fixture.measure(),
      tagKeys: ['le'],
      aggregation: distribution([1]),
    });
    expect(thrownBy(() => fixture.stats.registerViews(b, a, le)).code).toBe('LABEL_NAME_INVALID');
    bound.record(1);
    expect(fixture.stats.views()).toEqual([b]);
    expect(fixture.values('b')).toEqual({ '{"k":"x"}': 2 });
  });
});
