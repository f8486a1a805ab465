import { spawnSync } from 'node:child_process';
import { type Escaping, labelName } from '@oriel/encoding';
import type { Exemplar, Family, SeriesColumns } from '@oriel/metrics';
import { exponential, exponentialColumns, Histogram, Registry } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { encode } from '../src/encode.ts';
import { familyText } from '../src/family-text.ts';
import type { EncodeOptions } from '../src/format.ts';
import { anyFamilies } from './any-families.ts';
import { type Message, readFamilies } from './proto-reader.ts';
import { exemplarOf, family, part, single, snapshotOf } from './snapshots.ts';

const protobuf = { format: 'protobuf-delimited', created: true } as const;

function page(families: readonly Family[], options: Partial<EncodeOptions> = {}): Buffer {
  return Buffer.concat([...encode(snapshotOf(...families), { ...protobuf, ...options })]);
}

const types: Record<string, string> = {
  counter: 'COUNTER',
  gauge: 'GAUGE',
  histogram: 'HISTOGRAM',
  gauge_histogram: 'GAUGE_HISTOGRAM',
  summary: 'SUMMARY',
  unknown: 'UNTYPED',
  info: 'GAUGE',
  state_set: 'GAUGE',
};

/** What the schema says of a family, written down plainly. */
function expectedFamily(given: Family, escaping: Escaping): Message {
  const { sample } = familyText(given, { ...protobuf, escaping });
  return {
    name: sample,
    ...(given.help !== '' && { help: given.help }),
    type: types[given.type],
    metric: given.parts.flatMap((columns) =>
      Array.from({ length: columns.rows }, (_, row) =>
        metricsOf(given, columns, row, { sample, escaping }),
      ).flat(),
    ),
    ...(given.unit === 'By' &&
      !['info', 'state_set'].includes(given.type) &&
      (given.type === 'counter' ? /_bytes_total$/ : /_bytes$/).test(sample) && { unit: 'bytes' }),
  };
}

function metricsOf(
  { type }: Family,
  columns: SeriesColumns,
  row: number,
  { sample, escaping }: { sample: string; escaping: Escaping },
): Message[] {
  const cells = columns.values.subarray(row * columns.stride, (row + 1) * columns.stride);
  const time = columns.timestamps?.[row];
  const around = {
    ...(isTime(time) && { timestamp_ms: Math.trunc(time) + 0 }),
  };
  const label = labelsInOrder(columns, row, escaping);
  if (type === 'state_set') {
    return columns.states.map((state, i) =>
      metric(
        [...label, pair(labelName(sample, escaping), state)].filter(({ value }) => value !== ''),
        { gauge: { value: cells[i] } },
        around,
      ),
    );
  }
  return [metric(label, bodyOf(type, columns, row, cells), around)];
}

function metric(label: Message[], body: Message, around: Message): Message {
  return { ...(label.length > 0 && { label }), ...body, ...around };
}

function pair(name: string, value: string): { name: string; value: string } {
  return { name, value: value.toWellFormed() };
}

function labelsInOrder(
  columns: SeriesColumns,
  row: number,
  escaping: Escaping,
): { name: string; value: string }[] {
  const { names, ids, dictionaries } = columns.labels;
  const variable = names.map((name, i) => ({ name, value: dictionaries[i][ids[row * names.length + i]] }));
  return [...columns.constLabels, ...variable]
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => pair(labelName(name, escaping), value));
}

function bodyOf(type: string, columns: SeriesColumns, row: number, cells: Float64Array): Message {
  const start = row * columns.stride;
  const began = timestamp(columns.created?.[row]);
  const exemplarAt = (cell: number): Message => exemplarOfCell(columns.exemplars?.get(start + cell));
  switch (type) {
    case 'counter':
      return { counter: { value: cells[0], ...exemplarAt(0), ...(began && { start_timestamp: began }) } };
    case 'gauge':
      return { gauge: { value: cells[0] } };
    case 'info':
      return { gauge: { value: 1 } };
    case 'unknown':
      return { untyped: { value: cells[0] } };
    case 'summary': {
      const quantile = columns.points.map((at, i) => ({ quantile: at, value: cells[i] }));
      const count = cells[cells.length - 1];
      return {
        summary: {
          sample_count: Math.min(count, LARGEST_COUNT),
          sample_sum: cells[cells.length - 2],
          ...(quantile.length > 0 && { quantile }),
          ...(began && { start_timestamp: began }),
        },
      };
    }
    default: {
      const counts = [...cells.slice(0, -1)];
      const whole = isWhole(counts.reduce((sum, count) => sum + count, 0));
      let sum = 0;
      const bucket = counts.map((count, i) => {
        sum += count;
        const total = whole ? { cumulative_count: sum } : { cumulative_count_float: sum };
        return { ...total, upper_bound: columns.points[i] ?? Number.POSITIVE_INFINITY, ...exemplarAt(i) };
      });
      return {
        histogram: {
          ...(whole ? { sample_count: sum } : { sample_count_float: sum }),
          sample_sum: cells[cells.length - 1],
          bucket,
          ...(began && type === 'histogram' && { start_timestamp: began }),
        },
      };
    }
  }
}

function exemplarOfCell(exemplar: Exemplar | undefined): Message {
  if (exemplar === undefined) return {};
  const label = exemplar.labels
    .map(({ name, value }) => pair(name, value))
    .filter(({ value }) => value !== '');
  if ([...label.map(({ name, value }) => name + value).join('')].length > 128) return {};
  const at = timestamp(exemplar.timestamp);
  return {
    exemplar: { ...(label.length > 0 && { label }), value: exemplar.value, ...(at && { timestamp: at }) },
  };
}

function timestamp(milliseconds: number | undefined): Message | undefined {
  if (!isTime(milliseconds)) return undefined;
  const seconds = Math.floor(milliseconds / 1000) + 0;
  const nanos = Math.min(999_999_999, Math.round((milliseconds - seconds * 1000) * 1e6));
  return { seconds, ...(nanos > 0 && { nanos }) };
}

function isTime(milliseconds: number | undefined): milliseconds is number {
  return milliseconds !== undefined && Math.abs(milliseconds) <= 8.64e15;
}

// What a uint64 holds.
const LARGEST_COUNT = 2 ** 64 - 2 ** 11;

function isWhole(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= LARGEST_COUNT;
}

test('encode() writes protobuf that the published schema reads back value by value, for any snapshot, twice', () => {
  const escapings = fc.constantFrom<Escaping>('allow-utf-8', 'underscores', 'values');
  fc.assert(
    fc.property(anyFamilies, escapings, (families, escaping) => {
      const expected = families.map((one) => expectedFamily(one, escaping));
      expect(readFamilies(page(families, { escaping }))).toEqual(expected);
      expect(readFamilies(page(families, { escaping }))).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

describe('encode() in protobuf', () => {
  test('keeps _total in the name of a counter, and gives infos and state sets as gauges', () => {
    const [counter, info, states] = readFamilies(
      page([
        single({ name: 'jobs', type: 'counter', unit: 's' }, 3),
        family({ name: 'build', type: 'info' }, part({ names: ['v'], rows: [[['1'], []]] })),
        family({ name: 'mode', type: 'state_set' }, part({ rows: [[[], [0, 1]]], states: ['on', 'off'] })),
      ]),
    );
    expect(counter).toMatchObject({ name: 'jobs_seconds_total', type: 'COUNTER', unit: 'seconds' });
    expect(info).toEqual({
      name: 'build_info',
      type: 'GAUGE',
      metric: [{ label: [pair('v', '1')], gauge: { value: 1 } }],
    });
    expect(states.metric).toEqual([
      { label: [pair('mode', 'on')], gauge: { value: 0 } },
      { label: [pair('mode', 'off')], gauge: { value: 1 } },
    ]);
  });

  test('joins labels whose names become equal', () => {
    const columns = part({ names: ['a.b', 'a_b'], rows: [[['1', '2'], [5]]] });
    const [one] = readFamilies(page([family({ name: 'g' }, columns)]));
    expect(one.metric).toEqual([{ label: [pair('a_b', '1;2')], gauge: { value: 5 } }]);
  });

  test('counts beyond what a double counts one by one, to the last digit that it has', () => {
    const cells = [2 ** 53, 2 ** 53, 2 ** 62, 1];
    const histogram = family({ name: 'h', type: 'histogram' }, part({ rows: [[[], cells]], points: [1, 2] }));
    const [one] = readFamilies(page([histogram])) as { metric: { histogram: Message }[] }[];
    expect(one.metric[0].histogram).toMatchObject({
      sample_count: 2 ** 62 + 2 ** 54,
      bucket: [{ cumulative_count: 2 ** 53 }, { cumulative_count: 2 ** 54 }, {}],
    });
  });

  test('counts in doubles where one is not whole, or the sum too large', () => {
    for (const cells of [
      [0.5, 0.5, 0],
      [2 ** 63, 2 ** 63, 0],
    ]) {
      const columns = part({ rows: [[[], cells]], points: [1] });
      const [one] = readFamilies(page([family({ name: 'h', type: 'histogram' }, columns)])) as {
        metric: { histogram: Message }[];
      }[];
      expect(one.metric[0].histogram).toMatchObject({
        sample_count_float: cells[0] + cells[1],
        bucket: [{ cumulative_count_float: cells[0] }, { cumulative_count_float: cells[0] + cells[1] }],
      });
      expect(one.metric[0].histogram.sample_count).toBeUndefined();
    }
  });

  test('writes native buckets that are fractions or huge as doubles, gaps as zeros', () => {
    const counts = [0.1, 0.7, 2 ** 60];
    const row = { schema: 0, zeroThreshold: 0, zeroCount: 0 };
    const none = { indices: [], counts: [] };
    const exponential = exponentialColumns([
      { ...row, positive: { indices: [1, 3, 4], counts }, negative: none },
    ]);
    const columns = part({ rows: [[[], [2 ** 60, 5]]], exponential });
    const [one] = readFamilies(page([family({ name: 'h', type: 'exponential_histogram' }, columns)])) as {
      metric: { histogram: Message }[];
    }[];
    expect(one.metric[0].histogram).toMatchObject({
      sample_count_float: 2 ** 60,
      zero_count_float: 0,
      positive_span: [{ offset: 1, length: 4 }],
      positive_count: [0.1, 0, 0.7, 2 ** 60],
    });
    expect(one.metric[0].histogram.positive_delta).toBeUndefined();
  });

  test('takes the whole number next to the count of a summary', () => {
    const counts = [2.6, 1e300, Number.NaN, -1].map((count) => {
      const [one] = readFamilies(page([single({ name: 's', type: 'summary' }, 1, count)])) as {
        metric: { summary: Message }[];
      }[];
      return one.metric[0].summary.sample_count;
    });
    expect(counts).toEqual([3, LARGEST_COUNT, 0, 0]);
  });

  test('tells when a series began only if it is asked to', () => {
    const columns = part({ rows: [[[], [1]]], created: Float64Array.of(1500) });
    const began = (created: boolean): unknown =>
      readFamilies(page([family({ name: 'c', type: 'counter' }, columns)], { created }))[0].metric;
    expect(began(false)).toEqual([{ counter: { value: 1 } }]);
    expect(began(true)).toEqual([
      { counter: { value: 1, start_timestamp: { seconds: 1, nanos: 500_000_000 } } },
    ]);
  });

  test('reports families whose names become equal, as text does', () => {
    const faults: string[] = [];
    const families = [single({ name: 'a.b' }, 1), single({ name: 'a_b' }, 2)];
    expect(readFamilies(page(families, { onError: ({ code }) => faults.push(code) }))).toHaveLength(1);
    expect(faults).toEqual(['SUFFIX_COLLISION']);
  });

  test('takes a family larger than a step, and gives steps without bytes in between', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [[String(i)], [i]] as const);
    const chunks = [...encode(snapshotOf(family({ name: 'g' }, part({ names: ['l'], rows }))), protobuf)];
    expect(chunks.filter((chunk) => chunk.byteLength === 0)).toHaveLength(4);
    expect(Math.max(...chunks.map((chunk) => chunk.byteLength))).toBeLessThanOrEqual(64 * 1024);
    const [one] = readFamilies(Buffer.concat(chunks));
    expect(one.metric).toEqual(
      rows.map(([[value], [i]]) => ({ label: [pair('l', value)], gauge: { value: i } })),
    );
  });

  test('writes times before the epoch, and label names that need no quotes here', () => {
    const columns = part({ names: ['é"'], rows: [[['x'], [1]]], timestamps: Float64Array.of(-5) });
    const [one] = readFamilies(
      page([family({ name: 'ü' }, columns)], { escaping: 'allow-utf-8', translation: 'NoTranslation' }),
    );
    expect(one).toMatchObject({ name: 'ü', metric: [{ label: [pair('é"', 'x')], timestamp_ms: -5 }] });
  });

  test('writes an exponential histogram with its spans, beside classic buckets or alone', async () => {
    const registry = new Registry();
    const both = new Histogram({
      name: 'both',
      help: 'h',
      buckets: [1, 2],
      exponential: exponential({ schema: 0 }),
    });
    const alone = new Histogram({
      name: 'alone',
      help: 'h',
      exponential: exponential({ schema: 0, zeroThreshold: 0 }),
    });
    registry.register(both);
    registry.register(alone);
    for (const value of [0, 1, 3, -2, 100]) both.observe(value);
    const [empty, full] = readFamilies(Buffer.concat([...encode(await registry.gather(), protobuf)])) as {
      metric: { histogram: Message }[];
    }[];
    expect(full.metric[0].histogram).toMatchObject({
      sample_count: 5,
      sample_sum: 102,
      schema: 0,
      zero_count: 1,
      positive_span: [
        { offset: 0, length: 3 },
        { offset: 4, length: 1 },
      ],
      positive_delta: [1, -1, 1, 0],
      negative_span: [{ offset: 1, length: 1 }],
      negative_delta: [1],
      bucket: [
        { cumulative_count: 3, upper_bound: 1 },
        { cumulative_count: 3, upper_bound: 2 },
        { cumulative_count: 5, upper_bound: Number.POSITIVE_INFINITY },
      ],
    });
    // A span of nothing tells it from a classic histogram.
    expect(empty.metric[0].histogram).toMatchObject({
      sample_count: 0,
      zero_threshold: 0,
      positive_span: [{ offset: 0, length: 0 }],
    });
    expect(empty.metric[0].histogram.bucket).toBeUndefined();
  });

  testWith('protoc', 'is decoded by protoc', () => {
    const columns = part({
      names: ['code'],
      rows: [[['200'], [7]]],
      exemplars: exemplarOf({ trace_id: 'abc' }, 1500),
    });
    const [chunk] = [page([family({ name: 'jobs', help: 'Jobs.', type: 'counter' }, columns)])];
    // protoc reads one message, without the length before it.
    const { stdout, status } = spawnSync(
      'protoc',
      ['--decode=io.prometheus.client.MetricFamily', '-Idata', 'data/metrics.proto'],
      { cwd: import.meta.dirname, input: chunk.subarray(1) },
    );
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(`name: "jobs_total"
help: "Jobs."
type: COUNTER
metric {
  label {
    name: "code"
    value: "200"
  }
  counter {
    value: 7
    exemplar {
      label {
        name: "trace_id"
        value: "abc"
      }
      value: 2
      timestamp {
        seconds: 1
        nanos: 500000000
      }
    }
  }
}
`);
  });
});
