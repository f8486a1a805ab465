import { expect, test } from 'vitest';
import type { Collector, FamilySink } from '../src/collector.ts';
import { Desc, type DescOptions, type MetricType } from '../src/desc.ts';
import { notNumbers, testOver } from './hostile-values.ts';
import { codesOf, gatherAll, seriesOf } from './rows-of.ts';

const desc = (type: MetricType, more: Partial<DescOptions> = {}) => new Desc({ name: 'm', type, ...more });

const unchecked = (collect: (out: FamilySink) => void): Collector => ({ describe: () => [], collect });

test('each kind of constant series has its cells', async () => {
  const write = (out: FamilySink): void => {
    out.counter(desc('counter', { name: 'a' }), 5);
    out.gauge(desc('gauge', { name: 'b' }), Number.NaN);
    out.unknown(desc('unknown', { name: 'c' }), -1);
    out.histogram(desc('histogram', { name: 'd' }), {
      count: 5,
      sum: 9,
      buckets: [
        [10, 4],
        [1, 2],
      ],
    });
    out.gaugeHistogram(desc('gauge_histogram', { name: 'e' }), {
      count: 1.5,
      sum: -1,
      buckets: new Map([[1, 0.5]]),
    });
    out.summary(desc('summary', { name: 'f' }), {
      count: 2,
      sum: 3,
      quantiles: [
        [0.9, 2],
        [0.5, 1],
      ],
    });
    out.info(desc('info', { name: 'g', labelNames: ['v'] }), ['1']);
    out.stateSet(desc('state_set', { name: 'h' }), { on: true, off: false });
  };
  const snapshot = await gatherAll(unchecked(write));
  expect(snapshot.errors).toEqual([]);
  expect(seriesOf(snapshot)).toEqual([
    ['a{}', 5],
    ['b{}', Number.NaN],
    ['c{}', -1],
    ['d{}', 2, 2, 1, 9],
    ['e{}', 0.5, 1, -1],
    ['f{}', 1, 2, 3, 2],
    ['g{v="1"}'],
    ['h{}', 1, 0],
  ]);
  expect(snapshot.families.map((family) => [family.parts[0].points, family.parts[0].states])).toEqual([
    [[], []],
    [[], []],
    [[], []],
    [[1, 10], []],
    [[1], []],
    [[0.5, 0.9], []],
    [[], []],
    [[], ['on', 'off']],
  ]);
});

const histogram = (data: object) => (out: FamilySink) =>
  out.histogram(desc('histogram'), { count: 1, sum: 1, buckets: [], ...data });
const summary = (data: object) => (out: FamilySink) =>
  out.summary(desc('summary'), { count: 1, sum: 1, ...data });

const bad: [string, (out: FamilySink) => void][] = [
  ['another type than the descriptor', (out) => out.counter(desc('gauge'), 1)],
  ['too few label values', (out) => out.gauge(desc('gauge', { labelNames: ['x'] }), 1)],
  ['too many label values', (out) => out.gauge(desc('gauge'), 1, ['x'])],
  [
    'label values that are no array',
    (out) => out.gauge(desc('gauge', { labelNames: ['x'] }), 1, 'x' as never),
  ],
  ['a label value that is an object', (out) => out.gauge(desc('gauge', { labelNames: ['x'] }), 1, [{}])],
  ['a counter below zero', (out) => out.counter(desc('counter'), -1)],
  ['a counter that is NaN', (out) => out.counter(desc('counter'), Number.NaN)],
  [
    'bucket counts that fall',
    histogram({
      buckets: [
        [1, 2],
        [2, 1],
      ],
    }),
  ],
  ['a count below the last bucket', histogram({ buckets: [[1, 2]] })],
  ['a +Inf bucket that is not the count', histogram({ buckets: [[Number.POSITIVE_INFINITY, 2]] })],
  ['a count that is not whole', histogram({ count: 1.5 })],
  ['a count that is infinite', histogram({ count: Number.POSITIVE_INFINITY })],
  ['a count that is a text', histogram({ count: '1' })],
  ['a sum that is a text', histogram({ sum: '1' })],
  ['a quantile above 1', summary({ quantiles: [[1.5, 1]] })],
  ['a quantile that is NaN', summary({ quantiles: [[Number.NaN, 1]] })],
  [
    'a quantile twice',
    summary({
      quantiles: [
        [0.5, 1],
        [0.5, 2],
      ],
    }),
  ],
  ['a quantile value that is a text', summary({ quantiles: [[0.5, '1']] })],
  ['a summary count below zero', summary({ count: -1 })],
  ['a state that is no boolean', (out) => out.stateSet(desc('state_set'), { on: 1 as never })],
  ['a state with a lone surrogate', (out) => out.stateSet(desc('state_set'), { '\ud800': true })],
  ['no states', (out) => out.stateSet(desc('state_set'), {})],
  ['a time that is not finite', (out) => out.gauge(desc('gauge'), 1, [], { timestamp: Number.NaN })],
  ['a created time that is a text', (out) => out.counter(desc('counter'), 1, [], { created: '1' as never })],
];

test.each(bad)('%s drops only that series and is reported', async (_, write) => {
  const good = desc('gauge', { name: 'good' });
  const snapshot = await gatherAll(
    unchecked((out) => {
      out.gauge(good, 1);
      write(out);
      out.gauge(good, 2, [], { timestamp: 5 });
    }),
  );
  expect(seriesOf(snapshot)).toEqual([
    ['good{}', 1],
    ['good{}', 2],
  ]);
  expect(codesOf(snapshot)).toEqual(['SERIES_INVALID']);
  expect(snapshot.errors[0].message).toMatch(/^Cannot collect \w+ "m": /);
});

test.each<[object, string]>([
  [
    {
      buckets: [
        [2, 0],
        [2, 0],
      ],
    },
    'BOUNDS_NOT_RISING',
  ],
  [{ buckets: [[Number.NaN, 0]] }, 'BOUND_NOT_FINITE'],
])('bounds of %o are reported with %s', async (data, code) => {
  const snapshot = await gatherAll(unchecked(histogram(data)));
  expect([snapshot.families, codesOf(snapshot)]).toEqual([[], [code]]);
});

testOver(
  notNumbers,
  'a gauge, counter or unknown that is no number is left out and reported',
  async (value) => {
    const snapshot = await gatherAll(
      unchecked((out) => {
        out.gauge(desc('gauge'), value as number);
        out.counter(desc('counter'), value as number);
        out.unknown(desc('unknown'), value as number);
      }),
    );
    expect([snapshot.families, codesOf(snapshot)]).toEqual([
      [],
      ['SERIES_INVALID', 'SERIES_INVALID', 'SERIES_INVALID'],
    ]);
  },
);

test('data that cannot be read costs its series only', async () => {
  const snapshot = await gatherAll(unchecked(histogram({ buckets: undefined })));
  expect([snapshot.families, codesOf(snapshot)]).toEqual([[], ['COLLECT_FAILED']]);
});

test('something that is no descriptor costs its series only', async () => {
  const snapshot = await gatherAll(
    unchecked((out) => {
      out.gauge(undefined as never, 1);
      out.gauge({} as never, 1);
      out.gauge(desc('gauge'), 1);
    }),
  );
  expect(seriesOf(snapshot)).toEqual([['m{}', 1]]);
  expect(snapshot.errors).toHaveLength(2);
});

test('a family may have several label sets and bucket layouts', async () => {
  const snapshot = await gatherAll(
    unchecked((out) => {
      out.histogram(desc('histogram', { labelNames: ['x'] }), { count: 1, sum: 1, buckets: [[1, 1]] }, ['1']);
      out.histogram(
        desc('histogram', { labelNames: ['x'] }),
        {
          count: 2,
          sum: 1,
          buckets: [
            [5, 2],
            [7, 2],
          ],
        },
        ['2'],
      );
      out.histogram(desc('histogram', { labelNames: ['y'] }), { count: 3, sum: 1, buckets: [[1, 3]] }, ['3']);
    }),
  );
  expect(snapshot.errors).toEqual([]);
  expect(seriesOf(snapshot)).toEqual([
    ['m{x="1"}', 1, 0, 1],
    ['m{x="2"}', 2, 0, 0, 1],
    ['m{y="3"}', 3, 0, 1],
  ]);
});

test('two descriptors with their labels in another order do not swap values', async () => {
  const snapshot = await gatherAll(
    unchecked((out) => {
      out.gauge(desc('gauge', { labelNames: ['x', 'y'] }), 1, ['X', 'Y']);
      out.gauge(desc('gauge', { labelNames: ['y', 'x'] }), 2, ['y', 'x']);
    }),
  );
  expect(seriesOf(snapshot)).toEqual([
    ['m{x="X",y="Y"}', 1],
    ['m{x="x",y="y"}', 2],
  ]);
});

test('times and exemplars come with their series', async () => {
  const exemplar = {
    labels: [
      { name: 'b', value: '2' },
      { name: 'a', value: '1' },
    ],
    value: 0.5,
  };
  const snapshot = await gatherAll(
    unchecked((out) => {
      out.counter(desc('counter', { name: 'c' }), 1, [], { created: 10, timestamp: 20, exemplar });
      out.histogram(desc('histogram', { name: 'h' }), { count: 2, sum: 3, buckets: [[1, 1]] }, [], {
        exemplars: [exemplar, { labels: [], value: 7 }],
      });
    }),
  );
  const [c, h] = snapshot.families.map((family) => family.parts[0]);
  expect([[...(c.created ?? [])], [...(c.timestamps ?? [])]]).toEqual([[10], [20]]);
  expect(c.exemplars?.get(0)?.labels.map((label) => label.name)).toEqual(['a', 'b']);
  expect([...(h.exemplars ?? [])].map(([cell, { value }]) => [cell, value])).toEqual([
    [0, 0.5],
    [1, 7],
  ]);
});

test.each([
  { labels: [{ name: '', value: 'x' }], value: 1 },
  { labels: [{ name: 'a', value: 'x'.repeat(128) }], value: 1 },
  {
    labels: [
      { name: 'a', value: '1' },
      { name: 'a', value: '2' },
    ],
    value: 1,
  },
  { labels: [{ name: 'a', value: 5 }], value: 1 },
  { labels: [], value: Number.NaN },
  { labels: [], value: 1, timestamp: Number.POSITIVE_INFINITY },
  { value: 1 },
  null,
])('exemplar %o is left out and reported, its series stays', async (exemplar) => {
  const snapshot = await gatherAll(
    unchecked((out) => out.counter(desc('counter'), 1, [], { exemplar: exemplar as never })),
  );
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['m{}', 1]], ['SERIES_INVALID']]);
  expect(snapshot.families[0].parts[0].exemplars?.size ?? 0).toBe(0);
});
