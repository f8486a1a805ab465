import { expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { Gauge } from '../src/gauge.ts';
import { Histogram } from '../src/histogram.ts';
import { Registry } from '../src/registry.ts';
import { countOf } from '../src/snapshot.ts';
import { collecting, never, set } from './collecting.ts';
import { codesOf, gatherAll, refusalOf, seriesOf } from './rows-of.ts';

test('an empty registry gives nothing and no error', async () => {
  expect(await new Registry().gather()).toMatchObject({ families: [], errors: [] });
});

test('families come in name order, without those that are empty', async () => {
  const snapshot = await gatherAll(set('b', 1), set('a', 2), new Gauge({ name: 'c', labelNames: ['x'] }));
  expect(snapshot.families.map((family) => family.name)).toEqual(['a', 'b']);
});

test('two gathers at once each get everything', async () => {
  let value = 0;
  const registry = new Registry();
  registry.register(set('a', 1));
  registry.register(
    collecting('later', async (out, desc) => {
      const read = ++value;
      await null;
      out.gauge(desc, read);
    }),
  );
  const both = await Promise.all([registry.gather(), registry.gather()]);
  expect(both.map((snapshot) => seriesOf(snapshot))).toEqual([
    [
      ['a{}', 1],
      ['later{}', 1],
    ],
    [
      ['a{}', 1],
      ['later{}', 2],
    ],
  ]);
  expect(both.flatMap(codesOf)).toEqual([]);
});

test('collectors that answer at once are of one instant, whatever is recorded meanwhile', async () => {
  const [a, b] = [new Counter({ name: 'a' }), new Counter({ name: 'b' })];
  const h = new Histogram({ name: 'h', buckets: [1] });
  const registry = new Registry();
  registry.register(a);
  registry.register(collecting('wait', () => Promise.resolve()));
  registry.register(b);
  registry.register(h);
  const record = (): void => {
    for (const each of [a, b]) each.inc();
    h.observe(1);
  };
  record();
  const gathering = registry.gather();
  record();
  queueMicrotask(record);
  const snapshot = await gathering;
  expect(seriesOf(snapshot)).toEqual([
    ['a{}', 1],
    ['b{}', 1],
    ['h{}', 1, 0, 1],
  ]);
  expect(countOf(snapshot.families[2].parts[0], 'histogram', 0)).toBe(1);
});

test('a snapshot does not change afterwards', async () => {
  const a = new Counter({ name: 'a', labelNames: ['x'] });
  const registry = new Registry();
  registry.register(a);
  for (let i = 0; i < 40; i++) a.inc({ x: i });
  const snapshot = await registry.gather();
  const before = seriesOf(snapshot);
  for (let i = 39; i >= 0; i -= 2) a.remove(i);
  for (let i = 0; i < 100; i++) a.inc({ x: `later ${i}` });
  expect(seriesOf(snapshot)).toEqual(before);
  a.reset();
  a.inc({ x: 'last' });
  expect(seriesOf(snapshot)).toEqual(before);
});

test('an aborted signal ends the wait with what has arrived', async () => {
  const registry = new Registry();
  registry.register(set('a', 1));
  registry.register(collecting('slow', () => never));
  const abort = new AbortController();
  const gathering = registry.gather({ signal: abort.signal });
  abort.abort();
  const snapshot = await gathering;
  expect(seriesOf(snapshot)).toEqual([['a{}', 1]]);
  expect(codesOf(snapshot)).toEqual(['COLLECT_TIMEOUT']);
  const aborted = await registry.gather({ signal: AbortSignal.abort() });
  expect(seriesOf(aborted)).toEqual([['a{}', 1]]);
});

test('names picks families by their exact name', async () => {
  const registry = new Registry();
  for (const name of ['a', 'ab', 'b']) registry.register(set(name, 1));
  expect(seriesOf(await registry.gather({ names: ['a', 'b', 'none'] }))).toEqual([
    ['a{}', 1],
    ['b{}', 1],
  ]);
  expect(seriesOf(await registry.gather({ names: [] }))).toEqual([]);
});

test.each([0, -1, Number.NaN, '5'])('collectTimeoutMs %s is refused', (collectTimeoutMs) => {
  expect(refusalOf(() => new Registry({ collectTimeoutMs: collectTimeoutMs as number })).code).toBe(
    'ARGUMENT_INVALID',
  );
});

test('collectTimeoutMs Infinity waits', async () => {
  const registry = new Registry({ collectTimeoutMs: Number.POSITIVE_INFINITY });
  registry.register(
    collecting('later', async (out, desc) => {
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      out.gauge(desc, 1);
    }),
  );
  const snapshot = await registry.gather();
  expect([seriesOf(snapshot), snapshot.errors]).toEqual([[['later{}', 1]], []]);
});

test('a registry in a registry gives its families, at the same instant, its slow ones apart', async () => {
  const [outer, inner] = [new Registry({ collectTimeoutMs: 1 }), new Registry()];
  const a = new Counter({ name: 'a' });
  inner.register(a);
  inner.register(collecting('slow', () => never));
  outer.register(set('o', 1));
  outer.register(inner);
  a.inc();
  const gathering = outer.gather();
  a.inc();
  const snapshot = await gathering;
  expect(seriesOf(snapshot)).toEqual([
    ['a{}', 1],
    ['o{}', 1],
  ]);
  expect(codesOf(snapshot)).toContain('COLLECT_TIMEOUT');
});
