import { describe, expect, test } from 'vitest';
import { type Aggregation, count, distribution, lastValue, record, sum } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

const wide = distribution([-10, 10]);
const narrow = distribution([10]);
const bad = { NaN: Number.NaN, '+Inf': Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY };
const notNumbers = { text: '5', bigint: 5n, null: null, undefined: undefined, object: { valueOf: () => 5 } };

// What each aggregation takes of the values that are not finite and at least 0.
const rules: [string, Aggregation, { negative: boolean; infinite: boolean }][] = [
  ['count', count(), { negative: true, infinite: false }],
  ['sum', sum(), { negative: false, infinite: false }],
  ['lastValue', lastValue(), { negative: true, infinite: true }],
  ['distribution over 10', narrow, { negative: false, infinite: false }],
  ['distribution over -10 and 10', wide, { negative: true, infinite: false }],
  ['distribution without bounds', distribution([]), { negative: false, infinite: false }],
];

describe.each(rules)('%s', (_, aggregation, takes) => {
  const after = async (value: unknown) => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { aggregation });
    measure.record(untyped(value));
    return { rows: fixture.stats.retrieveData('m').length, drops: await fixture.drops() };
  };
  const taken = { rows: 1, drops: {} };
  const dropped = (cause: string) => ({ rows: 0, drops: { [`m ${cause}`]: 1 } });

  test('takes 0, -0, the smallest and the largest number', async () => {
    for (const value of [0, -0, Number.MIN_VALUE, Number.MAX_VALUE])
      expect(await after(value)).toEqual(taken);
  });

  test('takes or drops a negative value as the rules say', async () => {
    for (const value of [-5, -Number.MIN_VALUE, -Number.MAX_VALUE])
      expect(await after(value)).toEqual(takes.negative ? taken : dropped('value_negative'));
  });

  test.each(Object.entries(bad))('takes or drops %s as the rules say', async (_name, value) => {
    expect(await after(value)).toEqual(takes.infinite ? taken : dropped('value_not_finite'));
  });

  test.each(Object.entries(notNumbers))('drops a value that is %s', async (_name, value) => {
    expect(await after(value)).toEqual(dropped('value_not_a_number'));
  });

  test.each(['direct', 'bound'])('a bad value leaves what was recorded before it as it was (%s)', (form) => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { aggregation });
    const { record: give } = form === 'bound' ? recordWith(measure.bind()) : recordWith(measure);
    give(3);
    const before = fixture.stats.retrieveData('m');
    for (const value of [...Object.values(notNumbers), ...(takes.infinite ? [] : Object.values(bad))])
      give(untyped(value));
    if (!takes.negative) give(-1);
    expect(fixture.stats.retrieveData('m')).toEqual(before);
  });
});

const recordWith = (of: { record(value: number): void }) => ({ record: (value: number) => of.record(value) });

describe('siblings', () => {
  const watched = (): Fixture => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'count' });
    fixture.watch(measure, { name: 'sum', aggregation: sum() });
    fixture.watch(measure, { name: 'last', aggregation: lastValue() });
    return fixture;
  };
  const state = (fixture: Fixture) => ['count', 'sum', 'last'].map((name) => fixture.values(name)['{}']);

  test('a value that one view drops is kept by the views that take it, and counted where it was lost', async () => {
    const fixture = watched();
    const measure = fixture.measure();
    measure.record(2);
    measure.record(-7);
    expect(state(fixture)).toEqual([2, 2, -7]);
    measure.record(Number.NaN);
    expect(state(fixture)).toEqual([2, 2, Number.NaN]);
    expect(await fixture.drops()).toEqual({
      'sum value_negative': 1,
      'sum value_not_finite': 1,
      'count value_not_finite': 1,
    });
  });

  test('a value that no view takes makes no row and is counted once for each of them', async () => {
    const fixture = watched();
    fixture.measure().record(untyped('5'));
    expect(state(fixture)).toEqual([undefined, undefined, undefined]);
    expect(await fixture.drops()).toEqual({
      'count value_not_a_number': 1,
      'sum value_not_a_number': 1,
      'last value_not_a_number': 1,
    });
  });

  test('a bad measurement of a batch does not keep the others back', () => {
    const fixture = watched();
    const other = fixture.measure('other');
    fixture.watch(other, { aggregation: sum() });
    record([other.m(1), other.m(Number.NaN), other.m(-1), fixture.measure().m(4), other.m(2)]);
    expect(fixture.values('other')).toEqual({ '{}': 3 });
    expect(state(fixture)).toEqual([1, 4, 4]);
  });
});

describe('int64', () => {
  const last = (values: number[], aggregation: Aggregation) => {
    const fixture = new Fixture();
    const measure = fixture.stats.measureInt64({ name: 'm' });
    fixture.watch(measure, { aggregation });
    for (const value of values) measure.record(value);
    return fixture.stats.retrieveData('m')[0];
  };

  test('fractions are cut off towards zero before they are added', () => {
    expect(last([1.9, 2.9], sum()).value).toBe(3);
    expect(last([-1.9], lastValue()).value).toBe(-1);
    expect(last([10.9], distribution([10])).distribution).toMatchObject({ buckets: [1, 0], sum: 10 });
    expect(last([0.1, 0.9], count()).value).toBe(2);
  });

  test('what is left of -0.5 is 0, not -0', () => {
    expect(Object.is(last([-0.5], lastValue()).value, 0)).toBe(true);
  });

  test('a double keeps its fraction', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { aggregation: sum() });
    measure.record(0.5);
    measure.record(0.25);
    expect(fixture.values()).toEqual({ '{}': 0.75 });
  });
});
