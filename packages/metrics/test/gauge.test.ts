import { expect, test } from 'vitest';
import { Gauge } from '../src/gauge.ts';
import { notNumbers, testOver } from './hostile-values.ts';
import { gatherAll, seriesOf } from './rows-of.ts';

test('set(), add(), sub(), inc() and dec() do so on the gauge and on its child', () => {
  const g = new Gauge({ name: 'g', labelNames: ['x'] });
  const child = g.labels('1');
  g.set(10, { x: '1' });
  g.add(5, { x: '1' });
  g.sub(3, { x: '1' });
  g.inc({ x: '1' });
  g.dec({ x: '1' });
  expect(child.value).toBe(12);
  child.set(-7);
  child.add(1);
  child.sub(2);
  child.inc();
  child.dec();
  expect(child.value).toBe(-8);
});

test.each([-7, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a gauge shows %d',
  async (value) => {
    const g = new Gauge({ name: 'g' });
    g.set(value);
    expect(seriesOf(await gatherAll(g))).toEqual([['g{}', value]]);
  },
);

testOver<unknown>(notNumbers, '%# is no number: dropped and counted by every method, never thrown', (bad) => {
  const g = new Gauge({ name: 'g' });
  const child = g.labels();
  g.set(4);
  for (const target of [g, child]) {
    target.set(bad as number);
    target.add(bad as number);
    target.sub(bad as number);
  }
  expect(child.value).toBe(4);
  expect([...g.drops.counts()]).toEqual([['value_not_a_number', 6]]);
});

test('setToCurrentTime() sets seconds', () => {
  const g = new Gauge({ name: 'g' });
  const before = Date.now() / 1000;
  g.setToCurrentTime();
  expect(g.labels().value).toBeGreaterThanOrEqual(before);
  expect(g.labels().value).toBeLessThanOrEqual(Date.now() / 1000);
});

test('startTimer() of a child sets the seconds it returns', () => {
  const child = new Gauge({ name: 'g' }).labels();
  expect(child.startTimer()()).toBe(child.value);
});

test('a gauge callback is read at each collection, and what it throws costs the gauge alone', async () => {
  const values = [1, -2];
  const good = new Gauge({ name: 'good', callback: () => values.shift() as number });
  const bad = new Gauge({
    name: 'bad',
    callback: () => {
      throw new Error('boom');
    },
  });
  expect(seriesOf(await gatherAll(bad, good))).toEqual([['good{}', 1]]);
  const snapshot = await gatherAll(bad, good);
  expect(seriesOf(snapshot)).toEqual([['good{}', -2]]);
  expect(snapshot.errors.map((error) => error.code)).toEqual(['COLLECT_FAILED']);
});

test('a gauge callback that gives no number is reported and shows nothing', async () => {
  const snapshot = await gatherAll(new Gauge({ name: 'g', callback: () => '5' as never }));
  expect(snapshot.families).toEqual([]);
  expect(snapshot.errors.map((error) => error.code)).toEqual(['SERIES_INVALID']);
});
