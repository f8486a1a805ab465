import { Counter, exponential, exponentialColumns, Histogram, Registry } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { readInlinePage } from './inline-reader.ts';
import { exemplarOf, family, part, render, single, snapshotOf } from './snapshots.ts';

const format = { format: 'openmetrics-2.0.0' } as const;
const created = Float64Array.of(1_520_430_000_123);
const none = { indices: [], counts: [] };

function page(...families: Parameters<typeof snapshotOf>): string {
  return render(snapshotOf(...families), format);
}

describe('encode() in OpenMetrics 2.0', () => {
  test('gives samples the name of their family, with type, unit and help before them', () => {
    const given = [
      single({ name: 'jobs', type: 'counter', unit: 's', help: 'Says "x"\\\n.' }, 3),
      family({ name: 'build', type: 'info' }, part({ names: ['v'], rows: [[['1'], []]] })),
      family({ name: 'mode', type: 'state_set' }, part({ rows: [[[], [0, 1]]], states: ['on', 'off'] })),
      single({ name: 'temperature', unit: 'Cel' }, -1.5),
      single({ name: 'what', type: 'unknown' }, Number.NaN),
    ];
    expect(page(...given)).toBe(`# TYPE jobs_seconds_total counter
# UNIT jobs_seconds_total seconds
# HELP jobs_seconds_total Says \\"x\\"\\\\\\n.
jobs_seconds_total 3.0
# TYPE build_info info
build_info{v="1"} 1
# TYPE mode stateset
mode{mode="on"} 0
mode{mode="off"} 1
# TYPE temperature_celsius gauge
# UNIT temperature_celsius celsius
temperature_celsius -1.5
# TYPE what unknown
what NaN
# EOF
`);
  });

  test('leaves names as they are where no suffixes are wanted: a counter without _total is one', () => {
    const bytes = single({ name: 'process.io', type: 'counter', unit: 'By' }, 1);
    const options = { ...format, escaping: 'allow-utf-8', translation: 'NoTranslation' } as const;
    expect(render(snapshotOf(bytes), options)).toBe(`# TYPE "process.io" counter
# UNIT "process.io" bytes
{"process.io"} 1.0
# EOF
`);
  });

  test('puts time, start time and exemplar behind the value, in this order', () => {
    const columns = part({
      names: ['code'],
      rows: [[['200'], [17]]],
      created,
      timestamps: Float64Array.of(1_520_879_607_789),
      exemplars: exemplarOf({ trace_id: 'KOO5S4vxi0o' }, 1_520_879_606_100),
    });
    expect(page(family({ name: 'foo', type: 'counter' }, columns))).toBe(`# TYPE foo_total counter
foo_total{code="200"} 17.0 1520879607.789 st@1520430000.123 # {trace_id="KOO5S4vxi0o"} 2.0 1520879606.1
# EOF
`);
  });

  test('has no start time where none is known, nor for what does not count', () => {
    const unknown = part({ rows: [[[], [1]]], created: Float64Array.of(Number.NaN) });
    const gauge = part({ rows: [[[], [1]]], created });
    expect(page(family({ name: 'a', type: 'counter' }, unknown), family({ name: 'b' }, gauge))).not.toMatch(
      'st@',
    );
  });

  test('writes an exemplar of any length, and none without a time', () => {
    const long = 'é'.repeat(500);
    const counter = (timestamp?: number): string =>
      page(
        family(
          { name: 'c', type: 'counter' },
          part({ rows: [[[], [1]]], exemplars: exemplarOf({ trace_id: long }, timestamp) }),
        ),
      );
    expect(counter(1500)).toMatch(`c_total 1.0 # {trace_id="${long}"} 2.0 1.5\n`);
    expect(counter()).toMatch('c_total 1.0\n');
  });

  test('puts a histogram on one line, its buckets cumulative, exemplars of all of them behind it', () => {
    const exemplar = { labels: [{ name: 'a', value: '1' }], value: 0.5, timestamp: 1000 };
    const columns = part({
      names: ['path'],
      rows: [[['/x'], [1, 2, 0, 1e6, 324_789.3]]],
      points: [-1, 0.1, 1e6],
      created,
      exemplars: new Map([
        [1, exemplar],
        [3, { ...exemplar, labels: [], value: 2e6 }],
      ]),
    });
    expect(page(family({ name: 'foo', type: 'histogram' }, columns))).toBe(`# TYPE foo histogram
foo{path="/x"} {count:1000003,sum:324789.3,bucket:[-1.0:1,0.1:3,1e+06:3,+Inf:1000003]} st@1520430000.123 # {a="1"} 0.5 1.0 # {} 2e+06 1.0
# EOF
`);
  });

  test('says of a sum that is not known that it is none', () => {
    const columns = part({ rows: [[[], [1, 2, Number.NaN]]], points: [1] });
    expect(page(family({ name: 'h', type: 'histogram' }, columns))).toMatch(
      'h {count:3,sum:NaN,bucket:[1.0:1,+Inf:3]}\n',
    );
  });

  test('calls count and sum of a gauge histogram gcount and gsum, and gives it no start time', () => {
    const columns = part({ rows: [[[], [1, 2, -4]]], points: [1], created });
    expect(page(family({ name: 'h', type: 'gauge_histogram' }, columns))).toBe(`# TYPE h gaugehistogram
h {gcount:3,gsum:-4.0,bucket:[1.0:1,+Inf:3]}
# EOF
`);
  });

  test('puts a summary on one line, and leaves out what may not be negative', () => {
    const rows = [
      [['a'], [0.2, Number.NaN, 5, 3]],
      [['b'], [-1, 2, 0, 0]],
      [['c'], [1, 2, -5, 3]],
      [['d'], [1, 2, Number.NaN, 3]],
    ] as const;
    const columns = part({ names: ['l'], rows, points: [0.5, 0.99] });
    const bare = single({ name: 's', type: 'summary' }, 5, 3);
    expect(page(family({ name: 'q', type: 'summary' }, columns), bare)).toBe(`# TYPE q summary
q{l="a"} {count:3,sum:5.0,quantile:[0.5:0.2,0.99:NaN]}
q{l="b"} {count:0,sum:0.0,quantile:[0.99:2.0]}
# TYPE s summary
s {count:3,sum:5.0,quantile:[]}
# EOF
`);
  });

  test('writes native buckets with absolute counts, before classic ones where there are both', async () => {
    const registry = new Registry();
    const buckets = { buckets: [1, 2], exponential: exponential({ schema: 0 }) };
    const both = new Histogram({ name: 'both', help: '', ...buckets });
    const alone = new Histogram({ name: 'alone', help: '', exponential: exponential({ schema: 0 }) });
    registry.register(both);
    registry.register(alone);
    for (const value of [0, 1, 3, -2, 100]) both.observe(value);
    const [empty, full] = readInlinePage(render(await registry.gather(), format)).map(
      ({ samples }) => samples[0].value,
    );
    expect(full).toEqual({
      count: '5',
      sum: '102.0',
      schema: '0',
      zero_threshold: '2.938735877055719e-39',
      zero_count: '1',
      negative_spans: '[1:1]',
      negative_buckets: '[1]',
      positive_spans: '[0:3,4:1]',
      positive_buckets: '[1,0,1,1]',
      bucket: '[1.0:3,2.0:3,+Inf:5]',
    });
    expect(Object.keys(empty)).toEqual(['count', 'sum', 'schema', 'zero_threshold', 'zero_count']);
  });

  test('keeps to one set of exemplars: those of classic buckets, else the native ones', () => {
    const exemplar = { labels: [], value: 1, timestamp: 1000 };
    const row = { schema: 0, zeroThreshold: 0, zeroCount: 0, negative: none };
    const positive = { indices: [0], counts: [2] };
    const exponentialOf = exponentialColumns(
      [{ ...row, positive }],
      new Map([[0, [exemplar, { ...exemplar, value: 2 }]]]),
    );
    const valuesOf = (exemplars?: ReadonlyMap<number, typeof exemplar>): number[] => {
      const columns = part({
        rows: [[[], [2, 0, 2]]],
        points: [1],
        exponential: exponentialOf,
        exemplars,
      });
      const [one] = readInlinePage(page(family({ name: 'h', type: 'exponential_histogram' }, columns)));
      return one.samples[0].exemplars.map(({ value }) => value);
    };
    expect(valuesOf()).toEqual([1, 2]);
    expect(valuesOf(new Map([[0, { ...exemplar, value: 3 }]]))).toEqual([3]);
  });

  test('goes on after a chunk: many rows, and a row longer than a chunk', () => {
    const points = Array.from({ length: 10_000 }, (_, i) => i);
    const cells = [...points.map(() => 1), 1, 5];
    const long = part({ rows: [[[], cells]], points });
    const rows = Array.from({ length: 3000 }, (_, i) => [[`value ${i}`], [i, 1, 5]] as const);
    const many = part({ names: ['l'], rows, points: [1] });
    const [first, second] = readInlinePage(
      page(family({ name: 'h', type: 'histogram' }, long), family({ name: 'i', type: 'histogram' }, many)),
    );
    expect(first.samples[0].value).toMatchObject({ count: '10001' });
    expect(second.samples.map(({ labels }) => labels.l)).toEqual(rows.map(([[value]]) => value));
  });

  test('comes from a registry with start times though nobody asked for created lines', async () => {
    const registry = new Registry();
    registry.register(new Counter({ name: 'c_total', help: '' }));
    const text = render(await registry.gather(), format);
    expect(text).toMatch(/^c_total 0\.0 st@\d+\.\d+$/m);
    expect(text).not.toMatch('_created');
  });
});
