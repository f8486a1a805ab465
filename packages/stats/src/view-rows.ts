import {
  countOf,
  type ExponentialBuckets,
  type ExponentialColumns,
  exponentialOf,
  labelsOf,
  type SeriesColumns,
  sumOf,
} from '@oriel/metrics';
import type { ViewData } from './view-data.ts';

/** One row of a view, as it was when it was retrieved. */
export interface ViewRow {
  /** Tags by name; empty ones are left out. */
  readonly tags: Readonly<Record<string, string>>;
  /** When its first measurement came, in milliseconds since the epoch. */
  readonly start: number;
  /** Count, sum or last value; the count of a distribution, exponential or not. */
  readonly value: number;
  /** Of a distribution and of an exponential one, whose buckets here are those beside. */
  readonly distribution?: DistributionRow;
  /** Of an exponential distribution only. */
  readonly exponential?: ExponentialViewRow;
}

/** Exponential buckets by their index: bucket i ends at `2 ** (i * 2 ** -schema)`, inclusive. */
export interface ExponentialViewRow {
  /** As it is now: lower than the view's where buckets had to be made coarser. */
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** Index to count, by rising index, only those with something in them. */
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
}

export interface DistributionRow {
  readonly count: number;
  readonly sum: number;
  readonly mean: number;
  readonly bounds: readonly number[];
  /** Counts per bucket, not cumulative; one more than bounds. */
  readonly buckets: readonly number[];
}

export function rowsOf(data: ViewData): ViewRow[] {
  const columns = data.columns();
  const { values, created, exponential } = columns;
  const isDistribution = data.view.aggregation.kind === 'distribution' || exponential !== undefined;
  return Array.from({ length: columns.rows }, (_, row) => {
    const tags = Object.fromEntries(labelsOf(columns, row).map(({ name, value }) => [name, value]));
    const start = created?.[row] ?? 0;
    if (!isDistribution) return { tags, start, value: values[row] };
    const distribution = distributionRow(columns, row);
    const plain = { tags, start, value: distribution.count, distribution };
    return exponential === undefined ? plain : { ...plain, exponential: exponentialRow(exponential, row) };
  });
}

function distributionRow(columns: SeriesColumns, row: number): DistributionRow {
  const { stride, values, points } = columns;
  const count = countOf(columns, 'histogram', row);
  const sum = sumOf(columns, 'histogram', row);
  const buckets = [...values.slice(row * stride, (row + 1) * stride - 1)];
  return { count, sum, mean: count === 0 ? 0 : sum / count, bounds: points, buckets };
}

function exponentialRow(columns: ExponentialColumns, row: number): ExponentialViewRow {
  const { positive, negative, ...rest } = exponentialOf(columns, row);
  return { ...rest, positive: countsOf(positive), negative: countsOf(negative) };
}

function countsOf({ indices, counts }: ExponentialBuckets): Map<number, number> {
  return new Map(Array.from(indices, (index, i) => [index, counts[i]]));
}
