import { OVERFLOW_LABEL_VALUE } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sum } from '../src/index.ts';
import { Fixture } from './recorded.ts';

const overflow = `{"id":"${OVERFLOW_LABEL_VALUE}"}`;

function limited(seriesLimit: number | undefined): Fixture {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['id'], aggregation: sum(), seriesLimit });
  return fixture;
}

test('beyond the limit new tags share one row, known ones go on, and each recording is counted', async () => {
  const fixture = limited(2);
  for (const id of ['a', 'b', 'c', 'd', 'a', 'c']) fixture.measure().record(1, { id });
  expect(fixture.values()).toEqual({ '{"id":"a"}': 2, '{"id":"b"}': 1, [overflow]: 3 });
  expect(await fixture.drops()).toEqual({ 'm series_overflow': 3 });
});

test('a recorder bound to the overflow row adds to it, and each value is counted', async () => {
  const fixture = limited(1);
  fixture.measure().record(1, { id: 'a' });
  const [b, c] = ['b', 'c'].map((id) => fixture.measure().bind({ id }));
  for (const bound of [b, c, b]) bound.record(10);
  expect(fixture.values()).toEqual({ '{"id":"a"}': 1, [overflow]: 30 });
  expect(await fixture.drops()).toEqual({ 'm series_overflow': 3 });
});

test('an overflow row that a caller names himself is the same row', () => {
  const fixture = limited(1);
  fixture.measure().record(1, { id: OVERFLOW_LABEL_VALUE });
  fixture.measure().record(1, { id: 'a' });
  fixture.measure().bind({ id: OVERFLOW_LABEL_VALUE }).record(1);
  expect(fixture.values()).toEqual({ [overflow]: 3 });
});

test('the limit is 10 000 series unless said', () => {
  const fixture = limited(undefined);
  for (let id = 0; id < 10_002; id++) fixture.measure().record(1, { id: String(id) });
  const values = fixture.values();
  expect(Object.keys(values)).toHaveLength(10_001);
  expect(values[overflow]).toBe(2);
});

test('a limit of Infinity keeps all series apart', () => {
  const fixture = limited(Number.POSITIVE_INFINITY);
  for (let id = 0; id < 10_002; id++) fixture.measure().record(1, { id: String(id) });
  expect(Object.keys(fixture.values())).toHaveLength(10_002);
});

test('a view that is registered again starts below its limit', () => {
  const fixture = limited(1);
  const found = fixture.stats.findView('m')!;
  for (const id of ['a', 'b']) fixture.measure().record(1, { id });
  fixture.stats.unregisterViews(found);
  fixture.stats.registerViews(found);
  fixture.measure().record(1, { id: 'b' });
  expect(fixture.values()).toEqual({ '{"id":"b"}': 1 });
});

test('the rows of a view add up to all that was recorded, at any limit and in both forms', () => {
  const calls = fc.array(
    fc.record({ id: fc.integer({ min: 0, max: 9 }), value: fc.nat(100), bound: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), calls, (seriesLimit, given) => {
      const fixture = limited(seriesLimit);
      for (const { id, value, bound } of given) {
        if (bound) fixture.measure().bind({ id }).record(value);
        else fixture.measure().record(value, { id });
      }
      const values = Object.values(fixture.values());
      expect(values.reduce((a, b) => a + b, 0)).toBe(given.reduce((total, { value }) => total + value, 0));
      expect(values.length).toBeLessThanOrEqual(seriesLimit + 1);
    }),
  );
});
