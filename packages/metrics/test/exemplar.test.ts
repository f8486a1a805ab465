import { expect, test } from 'vitest';
import type { Collector } from '../src/collector.ts';
import { Counter } from '../src/counter.ts';
import { exemplarOf } from '../src/exemplar.ts';
import { Histogram } from '../src/histogram.ts';
import type { Exemplar } from '../src/snapshot.ts';
import { hostileLabels, testOver } from './hostile-values.ts';
import { gatherAll } from './rows-of.ts';

const plain = (exemplars: ReadonlyMap<number, Exemplar> | undefined): [number, string][] =>
  [...(exemplars ?? [])].map(([cell, { labels, value }]) => [
    cell,
    `{${labels.map((label) => `${label.name}=${label.value}`).join(',')}} ${value}`,
  ]);

async function exemplarsOf(collector: Collector): Promise<[number, string][]> {
  return plain((await gatherAll(collector)).families[0].parts[0].exemplars);
}

test('labels of an exemplar stand in name order with the time in milliseconds', () => {
  const before = Date.now();
  const exemplar = exemplarOf({ b: '2', a: '1' }, 5);
  expect(exemplar?.labels.map((label) => label.name)).toEqual(['a', 'b']);
  expect(exemplar?.timestamp).toBeGreaterThanOrEqual(before);
});

test('the limit of 128 counts code points of names and values', () => {
  expect(exemplarOf({ a: '😀'.repeat(127) }, 1)).toBeDefined();
  expect(exemplarOf({ a: '😀'.repeat(128) }, 1)).toBeUndefined();
  expect(exemplarOf({ ab: 'x'.repeat(126) }, 1)).toBeDefined();
  expect(exemplarOf({ ab: 'x'.repeat(127) }, 1)).toBeUndefined();
  expect(exemplarOf({ a: 'x'.repeat(10_000_000) }, 1)).toBeUndefined();
});

testOver<unknown>(
  [
    { '': 'x' },
    { __x: 'x' },
    { a: '\ud800' },
    { '\ud800': 'x' },
    { a: 5 },
    { a: undefined },
    null,
    'text',
    5,
    ['x'],
    ...hostileLabels.slice(0, 2),
  ],
  'exemplar labels are dropped and counted, the observation stays',
  async (labels) => {
    const a = new Counter({ name: 'a' });
    a.add(2, {}, labels as never);
    a.labels().inc(labels as never);
    expect(a.labels().value).toBe(3);
    expect(a.drops.counts().get('exemplar_invalid')).toBe(2);
    expect(await exemplarsOf(a)).toEqual([]);
  },
);

test('the last exemplar wins, absent labels keep it, empty labels replace it', async () => {
  const a = new Counter({ name: 'a' });
  a.add(2, {}, { id: '1' });
  a.add(3, {}, { id: '2' });
  a.inc();
  expect(await exemplarsOf(a)).toEqual([[0, '{id=2} 3']]);
  a.add(4, {}, {});
  expect(await exemplarsOf(a)).toEqual([[0, '{} 4']]);
});

test('a histogram keeps one exemplar for each bucket', async () => {
  const h = new Histogram({ name: 'h', buckets: [1, 10] });
  h.observe(0.5, {}, { id: 'a' });
  h.observe(1, {}, { id: 'b' });
  h.labels().observe(11, { id: 'c' });
  expect(await exemplarsOf(h)).toEqual([
    [0, '{id=b} 1'],
    [2, '{id=c} 11'],
  ]);
});

test('exemplars move with their rows when rows before them are removed', async () => {
  const h = new Histogram({ name: 'h', labelNames: ['x'], buckets: [1] });
  for (const x of ['a', 'b', 'c']) h.observe(5, { x }, { id: x });
  h.remove('a');
  expect(await exemplarsOf(h)).toEqual([
    [1, '{id=b} 5'],
    [4, '{id=c} 5'],
  ]);
});

test('a new series in the place of a removed one has no exemplar', async () => {
  const a = new Counter({ name: 'a', labelNames: ['x'] });
  a.add(1, { x: 'old' }, { id: 'old' });
  a.remove('old');
  a.inc({ x: 'new' });
  expect(await exemplarsOf(a)).toEqual([]);
});
