import { expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { hostileLabels, notNumbers, testOver } from './hostile-values.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

test('a counter without labels is there from the start, at zero', async () => {
  expect(seriesOf(await gatherAll(new Counter({ name: 'a' })))).toEqual([['a{}', 0]]);
});

test('inc() and add() count on the counter and on its child', async () => {
  const a = new Counter({ name: 'a', labelNames: ['x'] });
  a.inc();
  a.inc({ x: '1' });
  a.add(0.5, { x: 1 });
  a.labels('1').inc();
  a.labels({ x: '1' }).add(2);
  expect(seriesOf(await gatherAll(a))).toEqual([
    ['a{}', 1],
    ['a{x="1"}', 4.5],
  ]);
});

testOver<unknown>(
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -Number.MIN_VALUE, ...notNumbers],
  'add is dropped and counted, and the value stays',
  (bad) => {
    const a = new Counter({ name: 'a', labelNames: ['x'] });
    const child = a.labels('1');
    child.add(3);
    a.add(bad as number, { x: '1' });
    child.add(bad as number);
    expect(child.value).toBe(3);
    expect([...a.drops.counts().values()]).toEqual([2]);
  },
);

test('drops tell their cause', () => {
  const a = new Counter({ name: 'a', labelNames: ['x'] });
  a.add(Number.NaN);
  a.add(-1);
  a.add('5' as never);
  a.inc({ x: {} as never });
  expect([...a.drops.counts().keys()]).toEqual([
    'value_not_finite',
    'value_negative',
    'value_not_a_number',
    'label_value_invalid',
  ]);
});

testOver<unknown>(hostileLabels, 'labels that fail when read  are dropped and counted', (labels) => {
  const a = new Counter({ name: 'a', labelNames: ['a'] });
  a.inc(labels as never);
  expect(a.drops.counts().get('label_value_invalid')).toBe(1);
});

test('a counter goes up to infinity and stays there, never NaN', () => {
  const a = new Counter({ name: 'a' });
  for (let i = 0; i < 3; i++) a.add(Number.MAX_VALUE);
  expect(a.labels().value).toBe(Number.POSITIVE_INFINITY);
});

test('a callback is read at each collection and a fall is not passed on', async () => {
  let value = 5;
  const a = new Counter({ name: 'a', callback: () => value });
  const read = async () => seriesOf(await gatherAll(a))[0][1];
  expect(await read()).toBe(5);
  value = 3;
  expect(await read()).toBe(5);
  value = 7;
  expect(await read()).toBe(7);
});

testOver<unknown>(
  [Number.NaN, Number.POSITIVE_INFINITY, -1, ...notNumbers],
  'a callback that gives is reported and the last good value is served',
  async (bad) => {
    const given: unknown[] = [4, bad];
    const a = new Counter({ name: 'a', callback: () => given.shift() as number });
    await gatherAll(a);
    const snapshot = await gatherAll(a);
    expect(seriesOf(snapshot)).toEqual([['a{}', 4]]);
    expect(snapshot.errors.map((error) => error.code)).toEqual(['SERIES_INVALID']);
    expect(a.drops.counts().get('callback_failed')).toBe(1);
  },
);

test('a callback beside labels, or one that is no function, is refused', () => {
  expect(refusalOf(() => new Counter({ name: 'a', labelNames: ['x'], callback: () => 1 })).code).toBe(
    'ARGUMENT_INVALID',
  );
  expect(refusalOf(() => new Counter({ name: 'a', callback: 5 as never })).code).toBe('ARGUMENT_INVALID');
});
