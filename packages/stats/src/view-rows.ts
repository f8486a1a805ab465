import { countOf, labelsOf, sumOf } from '@oriel/metrics';
import type { ViewData } from './view-data.ts';

/** One row of a view, as it was when it was retrieved. */
export interface ViewRow {
  /** Tags by name; empty ones are left out. */
  readonly tags: Readonly<Record<string, string>>;
  /** When its first measurement came, in milliseconds since the epoch. */
  readonly start: number;
  /** Count, sum or last value; a distribution's count. */
  readonly value: number;
  /** Of a distribution only. */
  readonly distribution?: DistributionRow;
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
  const { stride, values, points, created } = columns;
  const isDistribution = data.view.aggregation.kind === 'distribution';
  return Array.from({ length: columns.rows }, (_, row) => {
    const tags = Object.fromEntries(labelsOf(columns, row).map(({ name, value }) => [name, value]));
    const start = created?.[row] ?? 0;
    if (!isDistribution) return { tags, start, value: values[row] };
    const count = countOf(columns, 'histogram', row);
    const sum = sumOf(columns, 'histogram', row);
    const buckets = [...values.slice(row * stride, (row + 1) * stride - 1)];
    const mean = count === 0 ? 0 : sum / count;
    return { tags, start, value: count, distribution: { count, sum, mean, bounds: points, buckets } };
  });
}
