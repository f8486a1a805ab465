import { exponentialBound, exponentialOf, type SeriesColumns } from '@oriel/metrics';

/** How many values of a histogram lie between two bounds. */
interface ValueRange {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * A quantile of a histogram's row, estimated as Prometheus does: values lie evenly within a bucket, and above the
 * last bound they are taken for it. NaN without values.
 */
export function estimatedQuantile(part: SeriesColumns, row: number, quantile: number): number {
  const ranges = part.exponential === undefined ? classicRanges(part, row) : exponentialRanges(part, row);
  const total = ranges.reduce((sum, { count }) => sum + count, 0);
  const rank = quantile * total;
  let below = 0;
  for (const { from, to, count } of ranges) {
    if (count > 0 && below + count >= rank) return between(from, to, (rank - below) / count);
    below += count;
  }
  return Number.NaN;
}

function between(from: number, to: number, share: number): number {
  if (!Number.isFinite(to)) return Number.isFinite(from) ? from : Number.NaN;
  return Number.isFinite(from) ? from + (to - from) * share : to;
}

function classicRanges({ points, values, stride }: SeriesColumns, row: number): ValueRange[] {
  const lowest = points[0] > 0 ? 0 : Number.NEGATIVE_INFINITY;
  return Array.from({ length: points.length + 1 }, (_, cell) => ({
    from: cell === 0 ? lowest : points[cell - 1],
    to: points[cell] ?? Number.POSITIVE_INFINITY,
    count: values[row * stride + cell],
  }));
}

function exponentialRanges({ exponential }: SeriesColumns, row: number): ValueRange[] {
  const { schema, zeroThreshold, zeroCount, positive, negative } = exponentialOf(exponential!, row);
  const above = Array.from(positive.indices, (index, i) => ({
    from: exponentialBound(schema, index - 1),
    to: exponentialBound(schema, index),
    count: positive.counts[i],
  }));
  const below = Array.from(negative.indices, (index, i) => ({
    from: -exponentialBound(schema, index),
    to: -exponentialBound(schema, index - 1),
    count: negative.counts[i],
  }));
  return [...below.reverse(), { from: -zeroThreshold, to: zeroThreshold, count: zeroCount }, ...above];
}
