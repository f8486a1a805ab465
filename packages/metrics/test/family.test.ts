import { expect, test } from 'vitest';
import type { Collector, FamilySink } from '../src/collector.ts';
import { Desc, type DescOptions, type MetricType } from '../src/desc.ts';
import { Gauge } from '../src/gauge.ts';
import type { FamilyHead, SeriesColumns } from '../src/snapshot.ts';
import { codesOf, gatherAll, seriesOf } from './rows-of.ts';

const desc = (name: string, type: MetricType = 'gauge', more: Partial<DescOptions> = {}) =>
  new Desc({ name, type, ...more });

const unchecked = (collect: (out: FamilySink) => void): Collector => ({ describe: () => [], collect });

const gauge = (value: number, more: Partial<DescOptions> = {}) =>
  unchecked((out) => out.gauge(desc('m', 'gauge', more), value));

test.each<[string, Partial<DescOptions>]>([
  ['help', { help: 'other' }],
  ['unit', { unit: 's' }],
])(
  'two collectors with another %s of one family: the first is kept, the error names both',
  async (key, more) => {
    const snapshot = await gatherAll(gauge(1), gauge(2, more), gauge(3, { constLabels: { k: '1' } }));
    expect(seriesOf(snapshot)).toEqual([
      ['m{}', 1],
      ['m{k="1"}', 3],
    ]);
    expect(codesOf(snapshot)).toEqual(['FAMILY_INCONSISTENT']);
    expect(snapshot.errors[0].message).toContain(`${key} is "" and "${Object.values(more)[0]}"`);
  },
);

test('two types of one family: the first is kept', async () => {
  const other = unchecked((out) => out.unknown(desc('m', 'unknown'), 2));
  const snapshot = await gatherAll(gauge(1), other);
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['m{}', 1]], ['FAMILY_INCONSISTENT']]);
});

test('a series that was collected before is dropped, whoever collects it', async () => {
  const snapshot = await gatherAll(gauge(1), gauge(2), gauge(3, { constLabels: { k: '' } }));
  expect(seriesOf(snapshot)).toEqual([['m{}', 1]]);
  expect(codesOf(snapshot)).toEqual(['SERIES_DUPLICATE', 'SERIES_DUPLICATE']);
});

test('a constant and a variable label of equal name and value make one series', async () => {
  const variable = unchecked((out) => out.gauge(desc('m', 'gauge', { labelNames: ['k'] }), 2, ['1']));
  const snapshot = await gatherAll(gauge(1, { constLabels: { k: '1' } }), variable);
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['m{k="1"}', 1]], ['SERIES_DUPLICATE']]);
});

test('an empty label value and an absent label make one series', async () => {
  const variable = unchecked((out) => out.gauge(desc('m', 'gauge', { labelNames: ['k'] }), 2, ['']));
  expect(codesOf(await gatherAll(gauge(1), variable))).toEqual(['SERIES_DUPLICATE']);
});

test('timestamps keep series apart', async () => {
  const at = (timestamp?: number) => unchecked((out) => out.gauge(desc('m'), 1, [], { timestamp }));
  const snapshot = await gatherAll(at(), at(1), at(2), at(2));
  expect([seriesOf(snapshot).length, codesOf(snapshot)]).toEqual([3, ['SERIES_DUPLICATE']]);
});

test('dropping a duplicate keeps the other rows with their times and exemplars', async () => {
  const counters = unchecked((out) => {
    for (const [i, x] of ['a', 'a', 'b'].entries()) {
      const exemplar = { labels: [], value: i };
      out.counter(desc('m', 'counter', { labelNames: ['x'] }), i, [x], { created: 10 + i, exemplar });
    }
  });
  const snapshot = await gatherAll(counters);
  const [part] = snapshot.families[0].parts;
  expect(seriesOf(snapshot)).toEqual([
    ['m{x="a"}', 0],
    ['m{x="b"}', 2],
  ]);
  expect([...(part.created ?? [])]).toEqual([10, 12]);
  expect([...(part.exemplars ?? [])].map(([cell, { value }]) => [cell, value])).toEqual([
    [0, 0],
    [1, 2],
  ]);
});

test('suffix collisions of unchecked collectors are found when they are gathered, in both orders', async () => {
  const counter = unchecked((out) => out.counter(desc('a', 'counter'), 1));
  const total = unchecked((out) => out.gauge(desc('a_total'), 2));
  const one = await gatherAll(counter, total);
  expect([seriesOf(one), codesOf(one)]).toEqual([[['a{}', 1]], ['SUFFIX_COLLISION']]);
  const two = await gatherAll(total, counter);
  expect([seriesOf(two), codesOf(two)]).toEqual([[['a_total{}', 2]], ['SUFFIX_COLLISION']]);
});

test('columns of one gauge, many series, go through as they are', async () => {
  const source = new Gauge({ name: 'm', labelNames: ['x'] });
  source.set(1, { x: 'a' });
  const snapshot = await gatherAll(unchecked((out) => source.collect(out)));
  expect(seriesOf(snapshot)).toEqual([['m{x="a"}', 1]]);
});

const head: FamilyHead = { name: 'm', help: '', unit: '', type: 'gauge' };
const columns: SeriesColumns = {
  rows: 1,
  constLabels: [],
  stride: 1,
  values: Float64Array.of(1),
  points: [],
  states: [],
  labels: { names: ['x'], ids: Int32Array.of(0), dictionaries: [['1']] },
};

test.each<[string, unknown, unknown]>([
  ['an empty name', { ...head, name: '' }, columns],
  ['no name', { ...head, name: undefined }, columns],
  ['a type that does not exist', { ...head, type: 'toString' }, columns],
  ['a help that is no text', { ...head, help: 5 }, columns],
  ['a reserved label', head, { ...columns, labels: { ...columns.labels, names: ['__x'] } }],
  ['a label that is constant and variable', head, { ...columns, constLabels: [{ name: 'x', value: '2' }] }],
  [
    'quantile as a label of a summary',
    { ...head, type: 'summary' },
    { ...columns, constLabels: [{ name: 'quantile', value: '1' }] },
  ],
  ['too few values', head, { ...columns, rows: 2 }],
  ['no dictionary', head, { ...columns, labels: { ...columns.labels, dictionaries: [] } }],
  ['no labels', head, { ...columns, labels: undefined }],
  ['no columns', head, { rows: 1 }],
])('columns with %s are left out and reported, their siblings stay', async (_, badHead, badColumns) => {
  const snapshot = await gatherAll(
    unchecked((out) => out.columns(badHead as FamilyHead, badColumns as SeriesColumns)),
    unchecked((out) => out.gauge(desc('good'), 1)),
  );
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['good{}', 1]], ['SERIES_INVALID']]);
});
