import { describe, expect, test } from 'vitest';
import { exemplarOf, family, openMetrics, part, render, single, snapshotOf, text } from './snapshots.ts';

const time = Float64Array.of(1_700_000_000_123);

describe('encode() writes', () => {
  test('a counter, its family without _total in OpenMetrics only', () => {
    const jobs = family(
      { name: 'jobs', help: 'Done.', type: 'counter' },
      part({
        names: ['queue'],
        rows: [
          [['a'], [3]],
          [[''], [1e6]],
        ],
        created: Float64Array.of(1_700_000_000_500, Number.NaN),
        exemplars: exemplarOf({ trace_id: 'x"y' }, 1_700_000_000_123),
      }),
    );
    expect(text([jobs], { created: true })).toBe(`# HELP jobs_total Done.
# TYPE jobs_total counter
jobs_total{queue="a"} 3
jobs_total 1e+06
`);
    expect(openMetrics([jobs], { created: true })).toBe(`# HELP jobs Done.
# TYPE jobs counter
jobs_total{queue="a"} 3.0 # {trace_id="x\\"y"} 2.0 1700000000.123
jobs_created{queue="a"} 1700000000.5
jobs_total 1e+06
# EOF
`);
  });

  test('a counter without _total as unknown in OpenMetrics, with neither exemplar nor created', () => {
    const rows = part({ rows: [[[], [3]]], created: time, exemplars: exemplarOf({}) });
    for (const name of ['jobs', '_total']) {
      const jobs = family({ name, type: 'counter' }, rows);
      expect(
        openMetrics([jobs], { created: true, translation: 'NoTranslation' }),
      ).toBe(`# TYPE ${name} unknown
${name} 3.0
# EOF
`);
      expect(text([jobs], { translation: 'NoTranslation' })).toBe(`# TYPE ${name} counter
${name} 3
`);
    }
  });

  test('an info by its labels, whatever its unit', () => {
    const build = family(
      { name: 'build', type: 'info', unit: 's' },
      part({ names: ['version'], rows: [[['1.2'], []]] }),
    );
    expect(text([build])).toBe(`# TYPE build_info gauge
build_info{version="1.2"} 1
`);
    expect(openMetrics([build])).toBe(`# TYPE build info
build_info{version="1.2"} 1
# EOF
`);
    expect(openMetrics([single({ name: '_info', type: 'info' })])).toBe(`# TYPE _info unknown
_info 1
# EOF
`);
  });

  test('a state set by a label of its own name, the empty state too', () => {
    const states = ['open', 'shut "tight"', ''];
    const door = family(
      { name: 'door', type: 'state_set', unit: 's' },
      part({ names: ['room'], states, rows: [[['a'], [1, 0, 0]]] }),
    );
    const lines = `door{room="a",door="open"} 1
door{room="a",door="shut \\"tight\\""} 0
door{room="a",door=""} 0
`;
    expect(text([door])).toBe(`# TYPE door gauge\n${lines}`);
    expect(openMetrics([door])).toBe(`# TYPE door stateset\n${lines}# EOF\n`);
  });

  test('a state set whose name can be no label as a gauge in OpenMetrics, unless names may be quoted', () => {
    const door = family({ name: 'a:b', type: 'state_set' }, part({ states: ['on'], rows: [[[], [1]]] }));
    expect(openMetrics([door])).toBe('# TYPE a:b gauge\na:b{a_b="on"} 1\n# EOF\n');
    expect(
      openMetrics([{ ...door, name: 'a.b' }], { escaping: 'allow-utf-8', translation: 'NoTranslation' }),
    ).toBe('# TYPE "a.b" stateset\n{"a.b","a.b"="on"} 1\n# EOF\n');
  });

  test('a histogram with cumulative buckets, bounds in the form of the format', () => {
    const wait = family(
      { name: 'wait', type: 'histogram', unit: 's', help: 'How long.' },
      part({
        points: [0.00001, 0.5, 1, 1e6],
        rows: [[[], [1, 2, 0, 4_000_000, 1, 12.5]]],
        created: time,
        exemplars: new Map([...exemplarOf({})].map(([, exemplar]) => [4, exemplar])),
      }),
    );
    expect(text([wait])).toBe(`# HELP wait_seconds How long.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="1e-05"} 1
wait_seconds_bucket{le="0.5"} 3
wait_seconds_bucket{le="1"} 3
wait_seconds_bucket{le="1e+06"} 4.000003e+06
wait_seconds_bucket{le="+Inf"} 4.000004e+06
wait_seconds_sum 12.5
wait_seconds_count 4.000004e+06
`);
    expect(openMetrics([wait], { created: true })).toBe(`# HELP wait_seconds How long.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{le="1e-05"} 1
wait_seconds_bucket{le="0.5"} 3
wait_seconds_bucket{le="1.0"} 3
wait_seconds_bucket{le="1e+06"} 4000003
wait_seconds_bucket{le="+Inf"} 4000004 # {} 2.0
wait_seconds_sum 12.5
wait_seconds_count 4000004
wait_seconds_created 1700000000.123
# EOF
`);
  });

  test('a gauge histogram with _gsum and _gcount in OpenMetrics only', () => {
    const load = family(
      { name: 'load', type: 'gauge_histogram' },
      part({ points: [-1], rows: [[['a'], [1, 2, -3]]], names: ['x'] }),
    );
    expect(text([load])).toBe(`# TYPE load histogram
load_bucket{x="a",le="-1"} 1
load_bucket{x="a",le="+Inf"} 3
load_sum{x="a"} -3
load_count{x="a"} 3
`);
    expect(openMetrics([load])).toBe(`# TYPE load gaugehistogram
load_bucket{x="a",le="-1.0"} 1
load_bucket{x="a",le="+Inf"} 3
load_gsum{x="a"} -3.0
load_gcount{x="a"} 3
# EOF
`);
  });

  test('a summary, NaN where a quantile is not known', () => {
    const size = family(
      { name: 'size', type: 'summary', unit: 'By' },
      part({ points: [0, 0.5, 1], rows: [[[], [1, Number.NaN, 1e7, 12, 2]]], created: time }),
    );
    expect(openMetrics([size], { created: true })).toBe(`# TYPE size_bytes summary
# UNIT size_bytes bytes
size_bytes{quantile="0.0"} 1.0
size_bytes{quantile="0.5"} NaN
size_bytes{quantile="1.0"} 1e+07
size_bytes_sum 12.0
size_bytes_count 2
size_bytes_created 1700000000.123
# EOF
`);
  });

  test('explicit times on all samples of a row, created included', () => {
    const jobs = (timestamp: number) =>
      family(
        { name: 'jobs', type: 'counter' },
        part({
          rows: [[[], [3]]],
          created: time,
          timestamps: Float64Array.of(timestamp),
          exemplars: exemplarOf({}),
        }),
      );
    expect(text([jobs(1_234_567.9)])).toBe('# TYPE jobs_total counter\njobs_total 3 1234567\n');
    expect(openMetrics([jobs(1_234_567_890)], { created: true })).toBe(`# TYPE jobs counter
jobs_total 3.0 1.23456789e+06 # {} 2.0
jobs_created 1700000000.123 1.23456789e+06
# EOF
`);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e21])('no time for %d, which is none', (timestamp) => {
    const times = Float64Array.of(timestamp);
    const rows = part({
      rows: [[[], [3]]],
      created: times,
      timestamps: times,
      exemplars: exemplarOf({}, timestamp),
    });
    const jobs = family({ name: 'jobs', type: 'counter' }, rows);
    expect(text([jobs])).toBe('# TYPE jobs_total counter\njobs_total 3\n');
    expect(openMetrics([jobs], { created: true })).toBe(
      '# TYPE jobs counter\njobs_total 3.0 # {} 2.0\n# EOF\n',
    );
  });

  test('help escaped as the format has it, and no line for empty help', () => {
    const help = 'a\\b\n"c"';
    expect(text([single({ name: 'a', help }, 1)])).toBe('# HELP a a\\\\b\\n"c"\n# TYPE a gauge\na 1\n');
    expect(openMetrics([single({ name: 'a', help }, 1)])).toBe(
      '# HELP a a\\\\b\\n\\"c\\"\n# TYPE a gauge\na 1.0\n# EOF\n',
    );
    expect(openMetrics([single({ name: 'a' }, 1)])).toBe('# TYPE a gauge\na 1.0\n# EOF\n');
  });

  test('UNIT only where the name ends with it, and never in text', () => {
    const read = single({ name: 'read', unit: 'By' }, 1);
    expect(openMetrics([read])).toBe(
      '# TYPE read_bytes gauge\n# UNIT read_bytes bytes\nread_bytes 1.0\n# EOF\n',
    );
    expect(openMetrics([read], { translation: 'NoTranslation' })).toBe(
      '# TYPE read gauge\nread 1.0\n# EOF\n',
    );
    expect(text([read])).toBe('# TYPE read_bytes gauge\nread_bytes 1\n');
    const sent = single({ name: 'sent_bytes', unit: 'By', type: 'counter' }, 1);
    expect(openMetrics([sent])).toBe(
      '# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\nsent_bytes_total 1.0\n# EOF\n',
    );
  });

  test('foreign names quoted, inside the braces, only for those who read them', () => {
    const rows = part({
      names: ['a:b', 'c'],
      rows: [
        [['1', '2'], [1]],
        [['', ''], [2]],
      ],
    });
    const given = family({ name: 'x.y"', help: 'H.', unit: 's', type: 'counter' }, rows);
    expect(openMetrics([given], { escaping: 'allow-utf-8', translation: 'NoUTF8EscapingWithSuffixes' })).toBe(
      `# HELP "x.y\\"_seconds" H.
# TYPE "x.y\\"_seconds" counter
# UNIT "x.y\\"_seconds" seconds
{"x.y\\"_seconds_total","a:b"="1",c="2"} 1.0
{"x.y\\"_seconds_total"} 2.0
# EOF
`,
    );
    expect(text([given], { escaping: 'dots', translation: 'NoTranslation' })).toBe(`# HELP x_dot_y__ H.
# TYPE x_dot_y__ counter
x_dot_y__{a__b="1",c="2"} 1
x_dot_y__ 2
`);
    expect(text([given], { escaping: 'values', translation: 'NoTranslation' })).toBe(`# HELP U__x_2e_y_22_ H.
# TYPE U__x_2e_y_22_ counter
U__x_2e_y_22_{U__a_3a_b="1",c="2"} 1
U__x_2e_y_22_ 2
`);
  });

  test('target before everything else', () => {
    const target = family({ name: 'target', type: 'info' }, part({ names: ['a'], rows: [[['1'], []]] }));
    expect(openMetrics([single({ name: 'a' }, 1), target, single({ name: 'z' }, 2)])).toBe(`# TYPE target info
target_info{a="1"} 1
# TYPE a gauge
a 1.0
# TYPE z gauge
z 2.0
# EOF
`);
  });

  test('nothing for an empty snapshot but the end that OpenMetrics wants', () => {
    expect([text([]), openMetrics([])]).toEqual(['', '# EOF\n']);
  });
});

test('encode() writes each bucket once where a count is not a number', () => {
  const columns = part({ rows: [[[], [Number.NaN, 1, 2]]], points: [1] });
  const page = render(snapshotOf(family({ name: 'h', type: 'histogram' }, columns)), {
    format: 'text-0.0.4',
  });
  expect(page.split('\n').filter((line) => line.includes('le="1"'))).toEqual(['h_bucket{le="1"} NaN']);
});

test('encode() writes no more rows than there are, whatever the length of the values', () => {
  const columns = { ...part({ rows: [[[], [1]]] }), values: Float64Array.of(1, 2, 3) };
  const page = render(snapshotOf(family({ name: 'g' }, columns)), { format: 'text-0.0.4' });
  expect(page).toBe('# TYPE g gauge\ng 1\n');
});
