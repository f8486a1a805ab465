import { expect, test } from 'vitest';
import { Summary, type SummaryConfig } from '../src/summary.ts';
import { notNumbers, testOver } from './hostile-values.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

test('without objectives a summary has a sum and a count only', async () => {
  const s = new Summary({ name: 's' });
  s.observe(2);
  s.labels().observe(3);
  expect(seriesOf(await gatherAll(s))).toEqual([['s{}', 5, 2]]);
});

test('quantiles come in rising order, before sum and count, and NaN without values', async () => {
  const s = new Summary({ name: 's', labelNames: ['x'], objectives: { 0.9: 0.01, 0.5: 0.05 } });
  for (let i = 1; i <= 10; i++) s.observe(i, { x: 'a' });
  s.labels('b');
  const snapshot = await gatherAll(s);
  expect(snapshot.families[0].parts[0].points).toEqual([0.5, 0.9]);
  expect(seriesOf(snapshot)).toEqual([
    ['s{x="a"}', 5, 9, 55, 10],
    ['s{x="b"}', Number.NaN, Number.NaN, 0, 0],
  ]);
});

test('quantiles forget what is older than the age, sum and count do not', async () => {
  let now = 0;
  const s = new Summary({ name: 's', objectives: { 0.5: 0.05 }, maxAgeSeconds: 10, now: () => now });
  s.observe(4);
  now = 9_999;
  expect(seriesOf(await gatherAll(s))).toEqual([['s{}', 4, 4, 1]]);
  now = 10_000;
  expect(seriesOf(await gatherAll(s))).toEqual([['s{}', Number.NaN, 4, 1]]);
});

test('a series in the place of a removed one has a window of its own', async () => {
  const s = new Summary({ name: 's', labelNames: ['x'], objectives: { 0.5: 0.05 } });
  s.observe(100, { x: 'old' });
  s.remove('old');
  s.observe(1, { x: 'new' });
  s.observe(2, { x: 'other' });
  s.reset();
  s.observe(3, { x: 'last' });
  expect(seriesOf(await gatherAll(s))).toEqual([['s{x="last"}', 3, 3, 1]]);
});

test('two collections, at once and one after the other, show the same', async () => {
  const s = new Summary({ name: 's', objectives: { 0.5: 0.05 } });
  for (const value of [1, 2, 3]) s.observe(value);
  const both = await Promise.all([gatherAll(s), gatherAll(s)]);
  expect([...both, await gatherAll(s)].map((snapshot) => seriesOf(snapshot))).toEqual(
    Array(3).fill([['s{}', 2, 6, 3]]),
  );
});

testOver(
  [Number.NaN, Number.POSITIVE_INFINITY, -1, ...notNumbers],
  'observe() drops and counts',
  async (bad) => {
    const s = new Summary({ name: 's', objectives: { 0.5: 0.05 } });
    s.observe(bad as number);
    s.labels().observe(bad as number);
    expect(seriesOf(await gatherAll(s))).toEqual([['s{}', Number.NaN, 0, 0]]);
    expect([...s.drops.counts().values()]).toEqual([2]);
  },
);

test.each<Partial<Record<keyof SummaryConfig, unknown>>>([
  { objectives: { 0: 0.1 } },
  { objectives: { 1: 0.1 } },
  { objectives: { 0.5: 0 } },
  { objectives: { 0.5: 1 } },
  { objectives: { 0.5: '0.1' } },
  { objectives: { half: 0.1 } },
  { maxAgeSeconds: 0 },
  { maxAgeSeconds: '600' },
  { maxAgeSeconds: Number.POSITIVE_INFINITY },
  { ageBuckets: 1.5 },
  { ageBuckets: 1e9 },
  { bufferSize: 0 },
  { bufferSize: 1e12 },
])('%o is refused when a summary is defined', (config) => {
  const { code, message } = refusalOf(() => new Summary({ name: 's', ...(config as object) }));
  expect([code, message.startsWith('Cannot define summary "s": ')]).toEqual(['ARGUMENT_INVALID', true]);
});

test('quantile cannot be a label of a summary', () => {
  expect(refusalOf(() => new Summary({ name: 's', labelNames: ['quantile'] })).code).toBe(
    'LABEL_NAME_INVALID',
  );
});
