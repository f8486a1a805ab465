import { exponentialOf } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameAggregation } from '../src/aggregation.ts';
import { type Aggregation, count, distribution, exponential, view } from '../src/index.ts';
import { Fixture, thrownBy, untyped } from './recorded.ts';

/** What a view of `m` without tags holds after these values. */
function rowAfter(aggregation: Aggregation, values: readonly number[]) {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation });
  for (const value of values) measure.record(value);
  return fixture.stats.retrieveData('m')[0];
}

test('exponential() leaves nothing open, and a factor is its schema', () => {
  expect(exponential()).toEqual({
    kind: 'exponential',
    schema: 3,
    maxBuckets: 160,
    zeroThreshold: 2 ** -128,
    minResetInterval: 0,
    maxZeroThreshold: 0,
    maxExemplars: 10,
    exemplarMaxAge: 300_000,
    bounds: [],
  });
  expect(exponential({ factor: 1.1 }, [1, 2])).toEqual(exponential({ schema: 3 }, [1, 2]));
  expect(Object.isFrozen(exponential())).toBe(true);
});

test.each([
  [{ schema: 9 }, [], 'ARGUMENT_INVALID'],
  [{ schema: 3, factor: 2 }, [], 'ARGUMENT_INVALID'],
  [{ maxBuckets: -1 }, [], 'ARGUMENT_INVALID'],
  [{}, [2, 1], 'BOUNDS_NOT_RISING'],
  [{}, 'none', 'ARGUMENT_INVALID'],
  [null, [], 'ARGUMENT_INVALID'],
])('exponential(%j, %j) throws %s', (options, bounds, code) => {
  expect(thrownBy(() => exponential(untyped(options), untyped(bounds))).code).toBe(code);
});

test('exponential aggregations are the same if all options and bounds are', () => {
  const kinds = [
    exponential(),
    exponential({ schema: 4 }),
    exponential({ maxBuckets: 5 }),
    exponential({}, [1]),
  ];
  for (const [i, a] of kinds.entries())
    for (const [j, b] of kinds.entries()) expect(sameAggregation(a, b)).toBe(i === j);
  expect(sameAggregation(exponential({ schema: 3 }), exponential())).toBe(true);
  expect(sameAggregation(exponential({}, []), distribution([]))).toBe(false);
});

test('an aggregation written out by hand is completed and checked', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  const written = untyped<Aggregation>({ kind: 'exponential', schema: 2 });
  expect(view({ measure, aggregation: written }).aggregation).toEqual(exponential({ schema: 2 }));
  const wrong = untyped<Aggregation>({ kind: 'exponential', schema: 20 });
  expect(thrownBy(() => view({ measure, aggregation: wrong })).code).toBe('ARGUMENT_INVALID');
});

test('registerViews() takes an equal exponential view again and names the difference of another', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: exponential({ schema: 3 }, [1]) });
  fixture.watch(measure, { aggregation: exponential({ factor: 1.1 }, [1]) });
  const error = thrownBy(() => fixture.watch(measure, { aggregation: exponential({ schema: 4 }) }));
  expect(error.code).toBe('VIEW_CONFLICT');
  expect(error.message).toContain('schema 3');
  expect(error.message).toContain('schema 4');
});

test('a value on a bound of an exponential view belongs to the bucket below it', () => {
  const row = rowAfter(exponential({ schema: 0 }), [1, 2, 2.5, 4, -8, 0]);
  expect(row).toMatchObject({ value: 6, distribution: { count: 6, sum: 1.5, bounds: [], buckets: [6] } });
  expect(row.exponential).toEqual({
    schema: 0,
    zeroThreshold: 2 ** -128,
    zeroCount: 1,
    positive: new Map([
      [0, 1],
      [1, 1],
      [2, 2],
    ]),
    negative: new Map([[3, 1]]),
  });
});

test('an exponential view drops NaN and the infinities and counts them', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: exponential() });
  const bound = measure.bind();
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    measure.record(value);
    bound.record(value);
  }
  measure.record(untyped('5'));
  expect(fixture.stats.retrieveData('m')).toEqual([]);
  expect(await fixture.drops()).toEqual({ 'm value_not_finite': 6, 'm value_not_a_number': 1 });
});

test('an exponential view of an int64 measure counts what is left of fractions', () => {
  const fixture = new Fixture();
  const measure = fixture.stats.measureInt64({ name: 'm' });
  fixture.watch(measure, { aggregation: exponential({ schema: 0 }, [0, 1]) });
  for (const value of [0.9, 1.9, -1.5]) measure.record(value);
  const { exponential: row, distribution: classic } = fixture.stats.retrieveData('m')[0];
  expect(classic).toMatchObject({ sum: 0, buckets: [2, 1, 0] });
  expect([row?.zeroCount, row?.positive, row?.negative]).toEqual([1, new Map([[0, 1]]), new Map([[0, 1]])]);
});

test('classic buckets beside agree with the exponential ones for any values and forms of recording', () => {
  const values = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -5, max: 50 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: -4, max: 8 }),
      fc.integer({ min: 1, max: 20 }),
      (given, schema, maxBuckets) => {
        const fixture = new Fixture();
        const measure = fixture.measure();
        fixture.watch(measure, { aggregation: exponential({ schema, maxBuckets }, [1, 10]), tagKeys: ['k'] });
        fixture.watch(measure, { name: 'plain', aggregation: distribution([-1e308, 1, 10]), tagKeys: ['k'] });
        const bound = measure.bind({ k: 'a' });
        for (const [i, value] of given.entries()) {
          if (i % 2 === 0) measure.record(value, { k: 'a' });
          else bound.record(value);
        }
        const [row] = fixture.stats.retrieveData('m');
        const [plain] = fixture.stats.retrieveData('plain');
        expect(row?.value).toBe(plain?.value);
        if (row === undefined) return;
        const { zeroCount, positive, negative } = row.exponential!;
        const inBuckets = [...positive.values(), ...negative.values()].reduce((sum, n) => sum + n, zeroCount);
        expect(inBuckets).toBe(row.value);
        const [low = 0, first = 0, ...rest] = plain.distribution!.buckets;
        expect(row.distribution!.buckets).toEqual([low + first, ...rest]);
        expect(row.distribution!.sum).toBe(plain.distribution!.sum);
      },
    ),
  );
});

test('views of a measure with equal tags share their rows with an exponential one', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { name: 'calls', tagKeys: ['k'] });
  fixture.watch(measure, { name: 'native', tagKeys: ['k'], aggregation: exponential() });
  fixture.watch(measure, { name: 'both', tagKeys: ['k'], aggregation: exponential({}, [1]) });
  const bound = measure.bind({ k: 'a' });
  for (const k of ['a', 'b', 'a']) measure.record(3, { k });
  bound.record(3);
  for (const name of ['calls', 'native', 'both']) {
    expect(fixture.values(name)).toEqual({ '{"k":"a"}': 3, '{"k":"b"}': 1 });
  }
});

test('a row that expired leaves nothing to the series that takes its place', async () => {
  const clock = { time: 0, now: () => clock.time };
  const fixture = new Fixture({ clock });
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: exponential({}, [1]), tagKeys: ['k'] });
  fixture.stats.configure({ views: [{ name: 'm', expiry: '1m' }] });
  const bound = measure.bind({ k: 'old' });
  for (let i = 0; i < 300; i++) bound.record(i);
  await fixture.registry.gather();
  clock.time = 60_000;
  await fixture.registry.gather();
  measure.record(5, { k: 'new' });
  bound.record(7);
  const rows = fixture.stats.retrieveData('m');
  expect(rows.map(({ tags, distribution: classic }) => [tags.k, classic?.sum, classic?.buckets])).toEqual([
    ['new', 5, [0, 1]],
    ['old', 7, [0, 1]],
  ]);
  expect(rows.map((row) => row.exponential?.positive.size)).toEqual([1, 1]);
});

test('a reset begins classic buckets anew with the exponential ones, and moves the start', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, {
    aggregation: exponential({ schema: 0, maxBuckets: 1, minResetInterval: 1 }, [10]),
  });
  measure.record(1);
  const { start } = fixture.stats.retrieveData('m')[0];
  while (Date.now() - start < 2);
  measure.record(100);
  const [row] = fixture.stats.retrieveData('m');
  expect(row).toMatchObject({ value: 1, distribution: { count: 1, sum: 100, buckets: [0, 1] } });
  expect(row.start).toBeGreaterThan(start);
});

test('a gather has an exponential view as exponential histogram, with its unit and classic points', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure('rpc/latency', 'ms');
  fixture.watch(measure, { aggregation: exponential({ schema: 1 }, [5, 10]), tagKeys: ['method'] });
  measure.record(7, { method: 'GET' });
  const { families, errors } = await fixture.registry.gather({ names: ['rpc/latency'] });
  expect(errors).toEqual([]);
  expect(families).toMatchObject([{ type: 'exponential_histogram', unit: 'ms' }]);
  const [part] = families[0].parts;
  expect([[...part.values], part.stride, part.points]).toEqual([[0, 1, 0, 7], 4, [5, 10]]);
  expect([...Array.from(exponentialOf(part.exponential!, 0).positive.indices)]).toEqual([6]);
});

test('a snapshot of an exponential view stays as it was', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: exponential() });
  measure.record(3);
  const { families } = await fixture.registry.gather({ names: ['m'] });
  const before = JSON.stringify(families);
  for (let i = 1; i < 1000; i++) measure.record(i);
  expect(JSON.stringify(families)).toBe(before);
});

test('a view that counts and an exponential one refuse each other the same name', () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: exponential() });
  expect(thrownBy(() => fixture.watch(measure, { aggregation: count() })).code).toBe('VIEW_CONFLICT');
});
