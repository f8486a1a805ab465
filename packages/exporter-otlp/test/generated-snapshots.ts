import {
  type ExponentialBuckets,
  exponentialColumns,
  type Family,
  type Label,
  type MetricType,
  type SeriesColumns,
  type Snapshot,
} from '@oriel/metrics';
import fc from 'fast-check';

const text = fc.oneof(
  fc.constantFrom('', 'a', 'é', '"\\\n', '\u{1f600}', 'x'.repeat(130), 'ü'.repeat(70)),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, Number.NaN, 2 ** 53, 1e300));
const count = fc.oneof(fc.nat(3), fc.nat(300), fc.constantFrom(2 ** 32, 2 ** 53, 2 ** 60));
const time = fc.oneof(
  fc.constantFrom(Number.NaN, 0, 1_700_000_000_000.25),
  fc.double({ min: 1, max: 4e12, noNaN: true }),
);
const names = fc.uniqueArray(
  fc.constantFrom(
    'method',
    'route',
    'zone',
    'otel_scope_name',
    'otel_scope_version',
    'otel_scope_schema_url',
    'otel_scope_team',
  ),
  { maxLength: 4 },
);

const strides: Readonly<Record<MetricType, number>> = {
  counter: 1,
  gauge: 1,
  unknown: 1,
  info: 0,
  state_set: 3,
  histogram: 4,
  exponential_histogram: 4,
  gauge_histogram: 4,
  summary: 4,
};
const types = Object.keys(strides) as MetricType[];

const histograms: readonly MetricType[] = ['histogram', 'exponential_histogram', 'gauge_histogram'];

/** Whether a cell of a row is a count, and not any number. */
function isCount(type: MetricType, cell: number): boolean {
  return type === 'summary' ? cell === 3 : histograms.includes(type) && cell < 3;
}

const exponentialRow = fc
  .record({
    schema: fc.integer({ min: -4, max: 8 }),
    zeroCount: fc.nat(300),
    zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.5),
    positive: fc.dictionary(
      fc.integer({ min: -400, max: 400 }).map(String),
      fc.integer({ min: 1, max: 2 ** 40 }),
      { maxKeys: 5 },
    ),
    negative: fc.dictionary(
      fc.integer({ min: -4000, max: 4000 }).map(String),
      fc.integer({ min: 1, max: 3 }),
      { maxKeys: 3 },
    ),
  })
  .map(({ positive, negative, ...row }) => ({
    ...row,
    positive: buckets(positive),
    negative: buckets(negative),
  }));

/** Buckets by their indices. */
export function buckets(counts: Readonly<Record<string, number>>): ExponentialBuckets {
  const sorted = Object.entries(counts).sort(([a], [b]) => Number(a) - Number(b));
  return {
    indices: Int32Array.from(sorted, ([index]) => Number(index)),
    counts: Float64Array.from(sorted, ([, each]) => each),
  };
}

function columnsOf(type: MetricType): fc.Arbitrary<SeriesColumns> {
  const stride = strides[type];
  return fc
    .record({
      names,
      rows: fc.integer({ min: 1, max: 9 }),
      constant: text,
      dictionary: fc.array(text, { minLength: 1, maxLength: 5 }),
    })
    .chain(({ names: labelNames, rows, constant, dictionary }) => {
      const cells = Array.from({ length: rows * stride }, (_, i) =>
        isCount(type, i % stride) ? count : number,
      );
      return fc
        .record({
          cells: fc.tuple(...cells),
          ids: fc.array(fc.nat(dictionary.length - 1), {
            minLength: rows * labelNames.length,
            maxLength: rows * labelNames.length,
          }),
          created: fc.option(fc.array(time, { minLength: rows, maxLength: rows }), { nil: undefined }),
          timestamps: fc.option(fc.array(time, { minLength: rows, maxLength: rows }), { nil: undefined }),
          exponential: fc.array(exponentialRow, { minLength: rows, maxLength: rows }),
        })
        .map(({ cells: values, ids, created, timestamps, exponential }): SeriesColumns => {
          const sorted = labelNames.toSorted();
          const constLabels: Label[] = [{ name: 'constant', value: constant }];
          return {
            rows,
            constLabels,
            labels: { names: sorted, ids: Int32Array.from(ids), dictionaries: sorted.map(() => dictionary) },
            stride,
            values: Float64Array.from(values as number[]),
            points: type === 'summary' ? [0.5, 0.99] : histograms.includes(type) ? [1, 2.5] : [],
            states: type === 'state_set' ? ['on', 'off', 'ü'] : [],
            ...(created && { created: Float64Array.from(created) }),
            ...(timestamps && { timestamps: Float64Array.from(timestamps) }),
            ...(type === 'exponential_histogram' && { exponential: exponentialColumns(exponential) }),
          };
        });
    });
}

const family = fc
  .record({
    type: fc.constantFrom(...types),
    help: text,
    unit: fc.constantFrom('', 'seconds', 'bytes_per_second', '{é}'),
  })
  .chain(({ type, help, unit }) =>
    fc
      .array(columnsOf(type), { minLength: 1, maxLength: 2 })
      .map((parts): Family => ({ name: `a_${type}`, type, help, unit, parts })),
  );

/** Snapshots of every type, with hostile texts, odd numbers and times, and labels of scopes. */
export const snapshot: fc.Arbitrary<Snapshot> = fc
  .record({ families: fc.array(family, { maxLength: 4 }), time: fc.constantFrom(0, 1_700_000_000_123, 1.25) })
  .map((given): Snapshot => ({ ...given, errors: [] }));
