import { describe, expect, test } from 'vitest';
import { type MeasureOptions, record } from '../src/index.ts';
import { Fixture, thrownBy, untyped } from './recorded.ts';

describe('defining', () => {
  test('a measure carries name, kind, unit and description; the unit is "1" unless said', () => {
    const { stats } = new Fixture();
    const bytes = stats.measureInt64({ name: 'rpc/bytes', unit: 'By', description: 'Sent' });
    expect(bytes).toMatchObject({ name: 'rpc/bytes', kind: 'int64', unit: 'By', description: 'Sent' });
    expect(stats.measureDouble({ name: 'plain' })).toMatchObject({
      kind: 'double',
      unit: '1',
      description: '',
    });
  });

  test('an equal definition gives the measure that exists', () => {
    const { stats } = new Fixture();
    const first = stats.measureDouble({ name: 'm', unit: 'ms' });
    expect(stats.measureDouble({ name: 'm', unit: 'ms' })).toBe(first);
  });

  test.each([
    ['kind', (f: Fixture) => f.stats.measureInt64({ name: 'm', unit: 'ms', description: 'd' })],
    ['unit', (f: Fixture) => f.stats.measureDouble({ name: 'm', unit: 's', description: 'd' })],
    ['description', (f: Fixture) => f.stats.measureDouble({ name: 'm', unit: 'ms', description: 'e' })],
  ])('a second definition with another %s throws MEASURE_CONFLICT and names it', (what, again) => {
    const fixture = new Fixture();
    const first = fixture.stats.measureDouble({ name: 'm', unit: 'ms', description: 'd' });
    const thrown = thrownBy(() => again(fixture));
    expect(thrown).toMatchObject({ code: 'MEASURE_CONFLICT', details: { existing: first } });
    expect(String(thrown)).toContain(`exists with ${what} `);
    expect(fixture.stats.measures()).toHaveLength(1);
  });

  test.each([[''], ['x'.repeat(256)], ['é'], ['a\nb'], [42], [undefined], [null]])(
    'measureDouble() refuses the name %j',
    (name) => {
      const { stats } = new Fixture();
      expect(thrownBy(() => stats.measureDouble({ name: untyped(name) })).code).toBe('NAME_INVALID');
    },
  );

  test('measureDouble() takes a name of 255 printable characters', () => {
    expect(new Fixture().measure(' ~'.repeat(127))).toBeDefined();
    expect(new Fixture().measure('x'.repeat(255)).name).toHaveLength(255);
  });

  test.each([
    ['no options', undefined, 'NAME_INVALID'],
    ['null', null, 'NAME_INVALID'],
    ['a number as unit', { name: 'm', unit: 5 }, 'ARGUMENT_INVALID'],
    ['an object as description', { name: 'm', description: {} }, 'ARGUMENT_INVALID'],
  ])('measureInt64() refuses %s with a MetricsError', (_, options, expected) => {
    const { stats } = new Fixture();
    expect(thrownBy(() => stats.measureInt64(untyped<MeasureOptions>(options))).code).toBe(expected);
    expect(stats.measures()).toEqual([]);
  });
});

describe('recording', () => {
  test('a measure without a view records nothing, in any form, and has no watch', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    measure.record(1, { method: 'GET' });
    measure.bind({ method: 'GET' }).record(1);
    record([measure.m(1)]);
    expect(measure.watch).toBeUndefined();
    fixture.watch(measure);
    expect(fixture.values()).toEqual({});
  });

  test('record(), bind() and a batch reach the same row', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['method'] });
    measure.record(1, { method: 'GET' });
    measure.bind({ method: 'GET' }).record(1);
    record([measure.m(1), measure.m(1)], { method: 'GET' });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 4 });
  });

  test('m() does nothing until it is recorded', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure);
    const measurement = measure.m(1);
    expect(fixture.values()).toEqual({});
    record([measurement, measurement]);
    expect(fixture.values()).toEqual({ '{}': 2 });
  });

  test('record() of a batch goes on after what is no measurement', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure);
    const hostile = {
      get measure(): never {
        throw new Error('hostile');
      },
      value: 1,
    };
    const batch = [null, undefined, 1, {}, { measure: null }, { measure: {} }, hostile, measure.m(1)];
    record(untyped(batch));
    expect(fixture.values()).toEqual({ '{}': 1 });
  });

  test.each([[undefined], [null], [1], [{}], ['text']])('record(%j) does not throw', (batch) => {
    expect(() => record(untyped(batch))).not.toThrow();
  });
});

describe('measures()', () => {
  test('measures() counts the views of each measure as they come and go', () => {
    const fixture = new Fixture();
    const watched = fixture.measure('watched');
    const idle = fixture.measure('idle');
    const counts = () => fixture.stats.measures().map(({ measure, views }) => [measure.name, views]);
    fixture.watch(watched, { name: 'a' });
    fixture.watch(watched, { name: 'b', tagKeys: ['k'] });
    fixture.watch(watched, { name: 'c' });
    expect(counts()).toEqual([
      ['watched', 3],
      ['idle', 0],
    ]);
    fixture.stats.unregisterViews('a', 'c');
    expect(counts()[0]).toEqual(['watched', 1]);
    expect(fixture.stats.measures()[1].measure).toBe(idle);
  });
});
