import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Aggregation, count, distribution, lastValue, sum } from '../src/index.ts';
import { Fixture } from './recorded.ts';

/** A fixture whose rows expire after ten minutes by a clock that is moved by hand. */
class Expiring extends Fixture {
  readonly clock: { time: number; now(): number };

  constructor(aggregation: Aggregation = count(), expiry = '10m', seriesLimit = 100) {
    const clock = { time: 5000, now: () => clock.time };
    super({ clock });
    this.clock = clock;
    this.watch(this.measure(), { tagKeys: ['k'], aggregation });
    this.stats.configure({ views: [{ name: 'm', expiry, seriesLimit }] });
  }

  /** What is on the page after some minutes. */
  after(minutes: number): Promise<Record<string, number>> {
    this.clock.time += minutes * 60_000;
    return this.series('m');
  }
}

test('a row without an update for the whole time is gone, one with an update is not', async () => {
  const fixture = new Expiring(sum());
  for (const k of ['a', 'b']) fixture.measure().record(1, { k });
  expect(await fixture.after(0)).toEqual({ '{"k":"a"}': 1, '{"k":"b"}': 1 });
  fixture.measure().record(2, { k: 'b' });
  expect(await fixture.after(9)).toEqual({ '{"k":"a"}': 1, '{"k":"b"}': 3 });
  expect(await fixture.after(1)).toEqual({ '{"k":"b"}': 3 });
  expect(await fixture.after(8)).toEqual({ '{"k":"b"}': 3 });
  expect(await fixture.after(1)).toEqual({});
  expect(await fixture.series('oriel_series_expired_total')).toEqual({ '{"view":"m"}': 2 });
});

test.each([
  ['lastValue', lastValue(), 7],
  ['sum', sum(), 0],
  ['distribution', distribution([1]), 0],
  ['count', count(), 1],
] as const)(
  'an update of a %s that leaves its value as it was is an update',
  async (_, aggregation, value) => {
    const fixture = new Expiring(aggregation);
    for (let i = 0; i < 5; i++) {
      fixture.measure().record(value, { k: 'a' });
      expect(Object.keys(await fixture.after(9))).toEqual(['{"k":"a"}']);
    }
  },
);

test('a value that the view drops is no update', async () => {
  const fixture = new Expiring(sum());
  const bound = fixture.measure().bind({ k: 'a' });
  bound.record(1);
  await fixture.after(0);
  for (const value of [-1, Number.NaN]) {
    bound.record(value);
    fixture.measure().record(value, { k: 'a' });
  }
  expect(await fixture.after(10)).toEqual({});
});

test('a row that comes back starts anew', async () => {
  const fixture = new Expiring(sum());
  fixture.measure().record(5, { k: 'a' });
  await fixture.after(0);
  await fixture.after(10);
  fixture.measure().record(1, { k: 'a' });
  expect(await fixture.after(0)).toEqual({ '{"k":"a"}': 1 });
  expect(await fixture.after(9)).toEqual({ '{"k":"a"}': 1 });
});

test('a bound recorder never writes into a row that was given to other tags', async () => {
  const fixture = new Expiring(sum());
  const [a, b, c] = ['a', 'b', 'c'].map((k) => fixture.measure().bind({ k }));
  a.record(1);
  b.record(2);
  await fixture.after(0);
  b.record(2);
  await fixture.after(10);
  c.record(100);
  a.record(10);
  b.record(2);
  expect(await fixture.after(0)).toEqual({ '{"k":"b"}': 6, '{"k":"c"}': 100, '{"k":"a"}': 10 });
});

test('a row that went leaves room below the limit, also for what went to the overflow row', async () => {
  const fixture = new Expiring(sum(), '10m', 1);
  const [a, b] = ['a', 'b'].map((k) => fixture.measure().bind({ k }));
  a.record(1);
  b.record(2);
  expect(await fixture.after(0)).toEqual({ '{"k":"a"}': 1, '{"k":"__overflow__"}': 2 });
  expect(await fixture.after(10)).toEqual({});
  b.record(3);
  expect(await fixture.after(0)).toEqual({ '{"k":"b"}': 3 });
});

test('views of one look-up lose a row together, and only when none of them had an update', async () => {
  const fixture = new Fixture({ clock: { now: () => time } });
  let time = 0;
  fixture.stats.configure({ views: [{ name: '*', expiry: '1s' }] });
  for (const [name, aggregation] of [
    ['c', count()],
    ['s', sum()],
  ] as const) {
    fixture.watch(fixture.measure(), { name, tagKeys: ['k'], aggregation });
  }
  const seen = async () => [await fixture.series('c'), await fixture.series('s')];
  fixture.measure().record(1, { k: 'a' });
  await seen();
  // The count takes it, the sum does not.
  fixture.measure().record(-1, { k: 'a' });
  time += 1000;
  expect(await seen()).toEqual([{ '{"k":"a"}': 2 }, { '{"k":"a"}': 1 }]);
  time += 1000;
  expect(await seen()).toEqual([{}, {}]);
  expect(await fixture.series('oriel_series_expired_total')).toEqual({
    '{"view":"c"}': 1,
    '{"view":"s"}': 1,
  });
});

test('a view without expiry beside it keeps its rows', async () => {
  const fixture = new Expiring();
  fixture.watch(fixture.measure(), { name: 'kept', tagKeys: ['k'] });
  fixture.measure().record(1, { k: 'a' });
  await fixture.after(0);
  expect(await fixture.after(10)).toEqual({});
  expect(await fixture.series('kept')).toEqual({ '{"k":"a"}': 1 });
});

test('rows under rules expire as well, by what was rewritten', async () => {
  const fixture = new Expiring(sum());
  const rules = [{ name: 'm', labels: [{ name: 'k', regex: { N: '[0-9]+' } }] }];
  fixture.stats.configure({ views: [{ name: 'm', expiry: '10m' }], rules });
  fixture.measure().record(1, { k: '1' });
  expect(await fixture.after(0)).toEqual({ '{"k":"N"}': 1 });
  fixture.measure().record(1, { k: '2' });
  expect(await fixture.after(9)).toEqual({ '{"k":"N"}': 2 });
  expect(await fixture.after(10)).toEqual({});
  fixture.measure().record(1, { k: '3' });
  expect(await fixture.after(0)).toEqual({ '{"k":"N"}': 1 });
});

describe('expiry', () => {
  test.each([0, '0', '0s'] as const)('%j is never', async (expiry) => {
    const fixture = new Expiring(count(), '10m');
    fixture.stats.configure({
      views: [
        { name: '*', expiry: '1s' },
        { name: 'm', expiry },
      ],
    });
    fixture.measure().record(1, { k: 'a' });
    await fixture.after(0);
    expect(await fixture.after(1e9)).toEqual({ '{"k":"a"}': 1 });
  });

  test('nothing is off the page before somebody has looked twice, the whole time apart', async () => {
    const fixture = new Expiring();
    fixture.measure().record(1, { k: 'a' });
    expect(await fixture.after(1000)).toEqual({ '{"k":"a"}': 1 });
    expect(await fixture.after(10)).toEqual({});
  });

  test('a snapshot of before stays as it was', async () => {
    const fixture = new Expiring(sum());
    fixture.measure().record(1, { k: 'a' });
    const { families } = await fixture.registry.gather({ names: ['m'] });
    await fixture.after(10);
    fixture.measure().record(9, { k: 'other' });
    const [part] = families[0].parts;
    expect([part.labels.dictionaries[0][part.labels.ids[0]], part.values[0]]).toEqual(['a', 1]);
  });
});

test('any sequence of recordings, scrapes and waits gives what a model without rows gives', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ k: fc.constantFrom('a', 'b', 'c', 'd'), bound: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 12 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), async (steps) => {
      const fixture = new Expiring(sum());
      const bound = new Map(['a', 'b', 'c', 'd'].map((k) => [k, fixture.measure().bind({ k })]));
      const rows = new Map<string, { sum: number; fresh: boolean; since: number }>();
      let time = 0;
      for (const each of steps) {
        if ('k' in each) {
          if (each.bound) bound.get(each.k)?.record(1);
          else fixture.measure().record(1, { k: each.k });
          rows.set(each.k, { sum: (rows.get(each.k)?.sum ?? 0) + 1, fresh: true, since: 0 });
          continue;
        }
        time += each.wait;
        const page = await fixture.after(each.wait);
        for (const [k, row] of rows) {
          if (row.fresh) rows.set(k, { ...row, fresh: false, since: time });
          else if (time - row.since >= 10) rows.delete(k);
        }
        expect(page).toEqual(Object.fromEntries([...rows].map(([k, row]) => [`{"k":"${k}"}`, row.sum])));
      }
    }),
  );
});
