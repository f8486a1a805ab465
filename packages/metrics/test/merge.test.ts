import { expect, test } from 'vitest';
import { Gauge, type GaugeConfig } from '../src/gauge.ts';
import { mergeGatherers } from '../src/merge.ts';
import type { Gatherer } from '../src/registry.ts';
import { Registry } from '../src/registry.ts';
import { codesOf, seriesOf } from './rows-of.ts';

function source(...gauges: readonly [value: number, config: GaugeConfig][]): Registry {
  const registry = new Registry();
  for (const [value, config] of gauges) {
    const g = new Gauge(config);
    g.set(value);
    registry.register(g);
  }
  return registry;
}

test('families of several sources come in name order, help and unit kept', async () => {
  const merged = mergeGatherers(
    source([1, { name: 'b', unit: 's', help: 'B.' }]),
    source([2, { name: 'a' }]),
  );
  const snapshot = await merged.gather();
  expect(seriesOf(snapshot)).toEqual([
    ['a{}', 2],
    ['b{}', 1],
  ]);
  expect(snapshot.families[1]).toMatchObject({ unit: 's', help: 'B.' });
});

test('one family of two sources holds the series of both', async () => {
  const of = (k: string, value: number) => source([value, { name: 'a', constLabels: { k } }]);
  expect(seriesOf(await mergeGatherers(of('1', 1), of('2', 2)).gather())).toEqual([
    ['a{k="1"}', 1],
    ['a{k="2"}', 2],
  ]);
});

test('a series of two sources is taken from the first', async () => {
  const merged = mergeGatherers(source([1, { name: 'a' }]), source([2, { name: 'a' }]));
  const snapshot = await merged.gather();
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['a{}', 1]], ['SERIES_DUPLICATE']]);
});

test('a series of two sources under equal constant labels is taken from the first', async () => {
  const of = (k: string, value: number) => source([value, { name: 'a', constLabels: { k } }]);
  const snapshot = await mergeGatherers(of('1', 1), of('2', 2), of('1', 3)).gather();
  expect(seriesOf(snapshot)).toEqual([
    ['a{k="1"}', 1],
    ['a{k="2"}', 2],
  ]);
  expect(codesOf(snapshot)).toEqual(['SERIES_DUPLICATE']);
});

test.each([{ help: 'other' }, { unit: 's' }])(
  'a family that disagrees in %o is dropped from the later source',
  async (more) => {
    const merged = mergeGatherers(
      source([1, { name: 'a' }]),
      source([2, { name: 'a', ...more, constLabels: { k: '1' } }]),
    );
    const snapshot = await merged.gather();
    expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['a{}', 1]], ['FAMILY_INCONSISTENT']]);
  },
);

test('suffixes collide across sources too', async () => {
  const registry = new Registry();
  registry.register({
    describe: () => [],
    collect: () => {
      throw new Error('boom');
    },
  });
  const snapshot = await mergeGatherers(source([1, { name: 'a' }]), registry).gather();
  expect(seriesOf(snapshot)).toEqual([['a{}', 1]]);
  expect(snapshot.errors[0]).toMatchObject({ code: 'COLLECT_FAILED', details: { source: 2 } });
  expect(snapshot.errors[0].message).toMatch(/^Cannot gather source 2: Cannot collect/);
});

const odd: [string, Gatherer][] = [
  [
    'throws',
    {
      gather: () => {
        throw new Error('boom');
      },
    },
  ],
  ['rejects with an object without prototype', { gather: () => Promise.reject(Object.create(null)) }],
  ['gives no snapshot', { gather: () => Promise.resolve(undefined as never) }],
];

test.each(odd)('a source that %s is an error with its number, and the others are served', async (_, bad) => {
  const snapshot = await mergeGatherers(bad, source([1, { name: 'a' }])).gather();
  expect(seriesOf(snapshot)).toEqual([['a{}', 1]]);
  expect(snapshot.errors.map((error) => [error.code, error.details.source])).toEqual([['COLLECT_FAILED', 1]]);
});

test('a source with a family that cannot be served loses that family', async () => {
  const inner = await source([1, { name: 'a' }]).gather();
  const families = inner.families.map((family) => ({ ...family, type: 'bogus' as never }));
  const bad: Gatherer = { gather: async () => ({ ...inner, families }) };
  const snapshot = await mergeGatherers(bad, source([2, { name: 'b' }])).gather();
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['b{}', 2]], ['SERIES_INVALID']]);
});

test('names may be an iterator and reach every source', async () => {
  const merged = mergeGatherers(source([1, { name: 'a' }]), source([2, { name: 'b' }]));
  const names = ['a', 'b'].values();
  expect(seriesOf(await merged.gather({ names }))).toEqual([
    ['a{}', 1],
    ['b{}', 2],
  ]);
});

test('no sources give an empty snapshot of now', async () => {
  const before = Date.now();
  const snapshot = await mergeGatherers().gather();
  expect([snapshot.families, snapshot.errors]).toEqual([[], []]);
  expect(snapshot.time).toBeGreaterThanOrEqual(before);
  expect(Number.isFinite(snapshot.time)).toBe(true);
});
