import { expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { Gauge } from '../src/gauge.ts';
import { Histogram } from '../src/histogram.ts';
import { Registry } from '../src/registry.ts';
import { labelsOf } from '../src/snapshot.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

const pairs: [string, Record<string, string>, Record<string, string>][] = [
  ['a comma', { a: '1', b: '2' }, { a: '1,b:2', b: '' }],
  ['a bar', { a: 'x|', b: 'y' }, { a: 'x', b: '|y' }],
  ['a swap', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }],
  ['a comma in one of them', { a: 'a,b', b: 'c' }, { a: 'a', b: 'b,c' }],
  ['an equals sign', { a: 'x=1', b: '' }, { a: 'x', b: '1' }],
];

test.each(pairs)(
  '%s makes no two series one (prom-client, OpenCensus Node N1 and N2)',
  async (_, one, two) => {
    const g = new Gauge({ name: 'g', labelNames: ['a', 'b'] });
    g.set(1, one);
    g.set(2, two);
    expect(seriesOf(await gatherAll(g)).map(([, value]) => value)).toEqual([1, 2]);
  },
);

test('missing, empty, null and undefined are one series, never their text (prom-client)', async () => {
  const c = new Counter({ name: 'c', labelNames: ['x', 'y'] });
  c.inc({ x: '1' });
  c.inc({ x: '1', y: '' });
  c.inc({ x: '1', y: undefined });
  c.inc({ x: '1', y: null });
  expect(seriesOf(await gatherAll(c))).toEqual([['c{x="1"}', 4]]);
});

test('a gauge defined twice is the existing one, and its value stays (OpenCensus Go G5)', () => {
  const registry = new Registry();
  const first = registry.getOrRegister(new Gauge({ name: 'g' }));
  first.set(7);
  expect(registry.getOrRegister(new Gauge({ name: 'g' })).labels().value).toBe(7);
});

test.each([127, 128, 255, 256, 65_536])(
  'a label value of %i characters survives a read (OpenCensus Go G6)',
  async (length) => {
    const g = new Gauge({ name: 'g', labelNames: ['x'] });
    g.set(1, { x: 'v'.repeat(length) });
    const [label] = labelsOf((await gatherAll(g)).families[0].parts[0], 0);
    expect(label.value.startsWith('v'.repeat(Math.min(length, 1000)))).toBe(true);
    expect(label.value.length).toBe(Math.min(length, 1024));
  },
);

test('a gauge set to -7 reads -7 (OpenCensus Go G7)', () => {
  const g = new Gauge({ name: 'g' });
  g.set(-7);
  expect(g.labels().value).toBe(-7);
});

test('children under constant labels each own their count (OpenCensus Go G8)', async () => {
  const c = new Counter({ name: 'c', labelNames: ['x'], constLabels: { i: '1', j: '2', k: '3' } });
  const children = Array.from({ length: 40 }, (_, i) => c.labels(i));
  for (let round = 0; round < 3; round++) for (const child of children) child.inc();
  expect(seriesOf(await gatherAll(c)).map(([, value]) => value)).toEqual(Array(40).fill(3));
});

test('one metric twice is refused, not exported twice (OpenCensus Node N5)', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'c' }));
  expect(refusalOf(() => registry.register(new Counter({ name: 'c' }))).code).toBe('ALREADY_REGISTERED');
});

test('NaN leaves count, sum and bounds sane (OpenCensus Node N6, prom-client)', async () => {
  const h = new Histogram({ name: 'h', buckets: [1] });
  h.observe(Number.NaN);
  h.observe(0.5);
  expect(seriesOf(await gatherAll(h))).toEqual([['h{}', 1, 0, 0.5]]);
});

test('partial delete removes only what matches, whatever the values hash to (client_golang)', () => {
  const c = new Counter({ name: 'c', labelNames: ['a', 'b'] });
  for (let i = 0; i < 1000; i++) c.inc({ a: i % 10, b: i });
  expect(c.removeMatching({ a: 3 })).toBe(100);
  expect(c.removeMatching({ b: 4 })).toBe(1);
});
