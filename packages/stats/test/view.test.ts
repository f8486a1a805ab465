import { MetricsError } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { count, distribution, lastValue, sum, tagKey, type ViewOptions, view } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

const measure = new Fixture().stats.measureDouble({
  name: 'rpc/latency',
  unit: 'ms',
  description: 'Latency',
});

test('view() takes name and description from the measure where they are missing or empty', () => {
  for (const options of [{}, { name: '', description: '' }]) {
    const made = view({ measure, aggregation: count(), ...options });
    expect(made).toMatchObject({ name: 'rpc/latency', description: 'Latency', seriesLimit: 10_000 });
  }
  const named = view({ measure, aggregation: count(), name: 'n', description: 'd' });
  expect(named).toMatchObject({ name: 'n', description: 'd', kind: 'view' });
});

test('view() sorts and copies the tag keys and leaves the array of the caller as it is', () => {
  const keys = ['route', tagKey('method')];
  const made = view({ measure, aggregation: count(), tagKeys: keys });
  keys.push('status');
  expect(made.tagKeys).toEqual(['method', 'route']);
  expect(keys[0]).toBe('route');
});

test('a view is frozen with all that it holds, also an aggregation written out by hand', () => {
  const aggregation = { kind: 'distribution' as const, bounds: [1, 2] };
  const made = view({ measure, aggregation, tagKeys: ['a'] });
  aggregation.bounds[0] = 99;
  expect(made.aggregation).toEqual({ kind: 'distribution', bounds: [1, 2] });
  for (const part of [made, made.tagKeys, made.aggregation]) expect(Object.isFrozen(part)).toBe(true);
});

const other = untyped<never>;
const refused: [string, Partial<ViewOptions> | undefined | null, string][] = [
  ['no options', undefined, 'ARGUMENT_INVALID'],
  ['null', null, 'ARGUMENT_INVALID'],
  ['no measure', { measure: undefined, name: 'v' }, 'ARGUMENT_INVALID'],
  ['a measure by name', { measure: other('rpc/latency') }, 'ARGUMENT_INVALID'],
  ['no aggregation', { aggregation: undefined }, 'ARGUMENT_INVALID'],
  ['an aggregation that was not called', { aggregation: other(count) }, 'ARGUMENT_INVALID'],
  ['an aggregation by name', { aggregation: other('count') }, 'ARGUMENT_INVALID'],
  ['an unknown aggregation', { aggregation: other({ kind: 'median' }) }, 'ARGUMENT_INVALID'],
  ['an inherited kind', { aggregation: other({ kind: 'constructor' }) }, 'ARGUMENT_INVALID'],
  ['falling bounds', { aggregation: { kind: 'distribution', bounds: [5, 1] } }, 'BOUNDS_NOT_RISING'],
  ['a bound of NaN', { aggregation: { kind: 'distribution', bounds: [Number.NaN] } }, 'BOUND_NOT_FINITE'],
  ['no bounds', { aggregation: other({ kind: 'distribution' }) }, 'ARGUMENT_INVALID'],
  ['a name of 256 characters', { name: 'x'.repeat(256) }, 'NAME_INVALID'],
  ['a name beyond ASCII', { name: 'é' }, 'NAME_INVALID'],
  ['a number as name', { name: other(42) }, 'NAME_INVALID'],
  ['an object as name', { name: other({}) }, 'NAME_INVALID'],
  ['a number as description', { description: other(42) }, 'ARGUMENT_INVALID'],
  ['one tag key without its array', { tagKeys: other('method') }, 'ARGUMENT_INVALID'],
  ['a number as tag key', { tagKeys: [other(1)] }, 'LABEL_NAME_INVALID'],
  ['an empty tag key', { tagKeys: [''] }, 'LABEL_NAME_INVALID'],
  ['a tag key of 256 characters', { tagKeys: ['x'.repeat(256)] }, 'LABEL_NAME_INVALID'],
  ['a tag key twice', { tagKeys: ['b', 'a', tagKey('b')] }, 'LABEL_NAME_DUPLICATE'],
  ['a limit of 0', { seriesLimit: 0 }, 'ARGUMENT_INVALID'],
  ['a limit of 1.5', { seriesLimit: 1.5 }, 'ARGUMENT_INVALID'],
  ['a limit of NaN', { seriesLimit: Number.NaN }, 'ARGUMENT_INVALID'],
  ['a limit as text', { seriesLimit: other('5') }, 'ARGUMENT_INVALID'],
];
test.each(refused)('view() refuses %s', (_, options, code) => {
  const whole = options && { measure, aggregation: count(), ...options };
  const define = () => view(untyped(whole));
  expect(define).toThrow(MetricsError);
  expect(define).toThrow(expect.objectContaining({ code }));
  expect(define).toThrow(/^Cannot define .*; /);
});

describe('registering what was not made by view()', () => {
  const bare = { kind: 'view', name: 'v', description: '', tagKeys: ['b', 'a'], seriesLimit: 5 } as const;

  test('a view written out by hand is checked, copied and works', () => {
    const fixture = new Fixture();
    const written = { ...bare, measure: fixture.measure(), aggregation: sum() };
    fixture.stats.registerViews(written);
    fixture.stats.registerViews(view({ ...written, tagKeys: ['a', 'b'] }));
    fixture.measure().record(2, { a: 'x', b: 'y' });
    expect(fixture.values('v')).toEqual({ '{"a":"x","b":"y"}': 2 });
    expect(fixture.stats.findView('v')).not.toBe(written);
    expect(fixture.stats.unregisterViews(view({ ...written }))).toBe(1);
  });

  test.each([
    ['undefined', undefined],
    ['a name', 'v'],
    ['a view without its measure', { ...bare, aggregation: sum() }],
    ['a view of an unknown aggregation', { ...bare, measure, aggregation: { kind: 'median' } }],
    ['an array of views', [view({ measure, aggregation: count() })]],
  ])('registerViews() refuses %s with a MetricsError and keeps nothing', (_, given) => {
    const { stats } = new Fixture();
    expect(() => stats.registerViews(untyped(given))).toThrow(MetricsError);
    expect(stats.views()).toEqual([]);
  });
});

describe('views as metric families', () => {
  test.each([
    ['count', count(), 'counter', '1'],
    ['sum', sum(), 'counter', 'ms'],
    ['lastValue', lastValue(), 'gauge', 'ms'],
    ['distribution', distribution([1, 2]), 'histogram', 'ms'],
  ])('%s is exposed as its type, with its unit', async (_, aggregation, type, unit) => {
    const fixture = new Fixture();
    const latency = fixture.stats.measureDouble({ name: 'latency', unit: 'ms', description: 'Time' });
    fixture.watch(latency, { aggregation, tagKeys: ['method'] });
    latency.record(1.5, { method: 'GET' });
    const { families, errors } = await fixture.registry.gather({ names: ['latency'] });
    expect(errors).toEqual([]);
    expect(families).toMatchObject([{ name: 'latency', type, unit, help: 'Time', parts: [{ rows: 1 }] }]);
    expect(families[0].parts[0].labels.names).toEqual(['method']);
  });

  test('a view without rows gives no family, and one without tags gives none before its first value', async () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure());
    const names = async () => (await fixture.registry.gather()).families.map((family) => family.name);
    expect(await names()).toEqual([]);
    fixture.measure().record(1);
    expect(await names()).toEqual(['m']);
  });

  test('the tag key "le" is refused for a distribution and free for a count', () => {
    const fixture = new Fixture();
    const named = { tagKeys: ['le'], name: 'v' };
    expect(() => fixture.watch(fixture.measure(), { ...named, aggregation: distribution([1]) })).toThrow(
      expect.objectContaining({ code: 'LABEL_NAME_INVALID' }),
    );
    expect(fixture.measure().watch).toBeUndefined();
    expect(fixture.watch(fixture.measure(), named).name).toBe('v');
  });
});
