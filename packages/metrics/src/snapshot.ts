import type { Label, MetricType } from './desc.ts';
import type { MetricsError } from './error.ts';

/** An example measurement behind a counter or a bucket. */
export interface Exemplar {
  readonly labels: readonly Label[];
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
}

/** Every family of a registry at one instant. Nothing in it changes afterwards. */
export interface Snapshot {
  /** When it was taken, in milliseconds since the epoch. */
  readonly time: number;
  /** In name order, none empty. */
  readonly families: readonly Family[];
  /** What went wrong while gathering; the families are what is left. */
  readonly errors: readonly MetricsError[];
}

/** What all series of one name share. A `Desc` is one. */
export interface FamilyHead {
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly type: MetricType;
}

/** All series of one name. */
export interface Family extends FamilyHead {
  /** One entry per collector, label set or bucket layout; nearly always one. */
  readonly parts: readonly SeriesColumns[];
}

/**
 * Label values of many series, each distinct value kept once.
 *
 * Value `column` of row `row` is `dictionaries[column][ids[row * names.length + column]]`.
 */
export interface LabelColumns {
  /** Variable labels, sorted by name. */
  readonly names: readonly string[];
  readonly ids: Int32Array;
  readonly dictionaries: readonly (readonly string[])[];
}

/**
 * Series with the same labels and the same layout, as columns.
 *
 * Row r owns `values[r * stride]` up to `values[(r + 1) * stride]`:
 *
 * | type | stride | cells |
 * | --- | --- | --- |
 * | counter, gauge, unknown | 1 | value |
 * | histogram, gauge_histogram | n + 2 | count of each of the n + 1 buckets, not cumulative; sum |
 * | exponential_histogram | n + 2 | the same, of the classic buckets beside; with none count and sum |
 * | summary | n + 2 | value of each of the n quantiles; sum; count |
 * | info | 0 | none, the value is 1 |
 * | state_set | n | 1 or 0 for each of the n states |
 *
 * A histogram's count is the sum of its buckets, so it always equals the +Inf bucket. Its sum is NaN where it
 * is not known, as for an OpenTelemetry histogram that records no sum. An exponential histogram has
 * {@link SeriesColumns.exponential} beside; who cannot carry it reads the rest as a histogram.
 */
export interface SeriesColumns {
  readonly rows: number;
  readonly constLabels: readonly Label[];
  readonly labels: LabelColumns;
  readonly stride: number;
  readonly values: Float64Array;
  /** Histogram, exponential or not: bounds without +Inf. Summary: quantiles. Else empty. */
  readonly points: readonly number[];
  /** State set: names of the states. Else empty. */
  readonly states: readonly string[];
  /** When each row began, in milliseconds since the epoch. */
  readonly created?: Float64Array;
  /** Explicit sample times in milliseconds since the epoch; NaN for none. */
  readonly timestamps?: Float64Array;
  /** By cell: `row * stride + cell`. */
  readonly exemplars?: ReadonlyMap<number, Exemplar>;
  /** Exponential histogram: its buckets. */
  readonly exponential?: ExponentialColumns;
}

/**
 * Buckets of many exponential histograms, only those with something in them.
 *
 * Row r owns the places `starts[r]` up to `starts[r + 1]` of `indices` and `counts`: its positive buckets by rising
 * index up to `negativeStarts[r]`, from there on its negative ones. Bucket i is
 * `(2 ** ((i - 1) * 2 ** -schema), 2 ** (i * 2 ** -schema)]`. Buckets and zero count are the histogram's count,
 * which may be larger by the NaNs that were counted where its sum is NaN.
 */
export interface ExponentialColumns {
  /** By row, as `zeroThresholds` and `zeroCounts`. */
  readonly schemas: Int8Array;
  readonly zeroThresholds: Float64Array;
  readonly zeroCounts: Float64Array;
  /** One more than rows. */
  readonly starts: Uint32Array;
  readonly negativeStarts: Uint32Array;
  readonly indices: Int32Array;
  readonly counts: Float64Array;
  /** By row, by rising value. */
  readonly exemplars?: ReadonlyMap<number, readonly Exemplar[]>;
}

/** All labels of a row, constant ones included, sorted by name; empty values are left out. */
export function labelsOf(columns: SeriesColumns, row: number): Label[] {
  const { names, ids, dictionaries } = columns.labels;
  const labels: Label[] = [...columns.constLabels];
  for (const [column, name] of names.entries()) {
    const value = dictionaries[column][ids[row * names.length + column]];
    if (value !== '') labels.push({ name, value });
  }
  return labels.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The number of observations of a histogram's or summary's row. */
export function countOf(columns: SeriesColumns, type: MetricType, row: number): number {
  const { stride, values } = columns;
  const start = row * stride;
  if (type === 'summary') return values[start + stride - 1];
  let count = 0;
  for (let cell = start; cell < start + stride - 1; cell++) count += values[cell];
  return count;
}

/** The sum of a histogram's or summary's row. */
export function sumOf(columns: SeriesColumns, type: MetricType, row: number): number {
  const { stride, values } = columns;
  return values[(row + 1) * stride - (type === 'summary' ? 2 : 1)];
}
