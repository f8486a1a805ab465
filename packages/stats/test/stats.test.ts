import { defaultRegistry, Registry } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import * as module from '../src/index.ts';
import { count, defaultStats, distribution, Stats, sum, view } from '../src/index.ts';
import { Fixture, thrownBy, untyped } from './recorded.ts';

describe('finding and retrieving', () => {
  test('findView() gives the view or undefined', () => {
    const fixture = new Fixture();
    const made = fixture.watch(fixture.measure());
    expect(fixture.stats.findView('m')).toBe(made);
    for (const name of ['n', '', '__proto__', 'constructor'])
      expect(fixture.stats.findView(name)).toBeUndefined();
  });

  test('retrieveData() throws VIEW_UNKNOWN for a view that is not registered', () => {
    const { stats } = new Fixture();
    for (const name of ['m', '', 'toString', untyped<string>(undefined)])
      expect(thrownBy(() => stats.retrieveData(name)).code).toBe('VIEW_UNKNOWN');
  });

  test('retrieveData() is a copy: later recordings and changes to it reach neither side', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['k'], aggregation: distribution([1]) });
    measure.record(1, { k: 'a' });
    const [row] = fixture.stats.retrieveData('m');
    measure.record(2, { k: 'a' });
    expect(row.distribution).toMatchObject({ count: 1, sum: 1, buckets: [1, 0] });
    untyped<number[]>(row.distribution?.buckets)[0] = 99;
    untyped<Record<string, string>>(row.tags).k = 'changed';
    expect(() => untyped<number[]>(row.distribution?.bounds).push(5)).toThrow(TypeError);
    expect(fixture.stats.retrieveData('m')).toMatchObject([
      { tags: { k: 'a' }, distribution: { count: 2, bounds: [1], buckets: [1, 1] } },
    ]);
  });

  test('the start of a row is when its first measurement came', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { tagKeys: ['k'] });
    const before = Date.now();
    fixture.measure().record(1, { k: 'a' });
    const [row] = fixture.stats.retrieveData('m');
    fixture.measure().record(1, { k: 'a' });
    expect(row.start).toBeGreaterThanOrEqual(before);
    expect(row.start).toBeLessThanOrEqual(Date.now());
    expect(fixture.stats.retrieveData('m')[0].start).toBe(row.start);
  });
});

describe('instances', () => {
  test('two Stats on two registries share nothing', async () => {
    const [one, two] = [new Fixture(), new Fixture()];
    one.watch(one.measure());
    two.watch(two.stats.measureDouble({ name: 'm', unit: 's' }), { aggregation: sum() });
    one.measure().record(5);
    expect(one.values()).toEqual({ '{}': 1 });
    expect(two.values()).toEqual({});
    expect((await two.registry.gather()).families).toEqual([]);
    one.stats.unregisterViews('m');
    expect(two.stats.findView('m')).toBeDefined();
  });

  test('two Stats on one registry cannot hold one view name twice', () => {
    const registry = new Registry();
    const [one, two] = [new Stats({ registry }), new Stats({ registry })];
    const viewOf = (stats: Stats) =>
      view({ measure: stats.measureDouble({ name: 'm' }), aggregation: count() });
    one.registerViews(viewOf(one));
    expect(thrownBy(() => two.registerViews(viewOf(two))).code).toBe('ALREADY_REGISTERED');
    expect(two.unregisterViews('m')).toBe(0);
    expect(one.findView('m')).toBeDefined();
  });

  test('the functions of the module work on defaultStats(), which is one instance over the default registry', async () => {
    const measure = module.measureInt64({ name: 'default/m' });
    expect(module.measureDouble({ name: 'default/n' }).kind).toBe('double');
    expect(
      defaultStats()
        .measures()
        .map((info) => info.measure.name),
    ).toEqual(['default/m', 'default/n']);
    const made = view({ measure, aggregation: count() });
    module.registerViews(made);
    module.record([measure.m(1)]);
    expect(module.findView('default/m')).toBe(made);
    expect(module.retrieveData('default/m')).toMatchObject([{ value: 1 }]);
    const names = async () => (await defaultRegistry().gather()).families.map(({ name }) => name);
    expect(await names()).toEqual(['default/m']);
    expect(module.unregisterViews(made)).toBe(1);
    expect(await names()).toEqual([]);
    expect(defaultStats()).toBe(defaultStats());
  });
});
