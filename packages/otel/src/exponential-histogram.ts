import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { bucketOf, MetricsError } from '@oriel/metrics';
import { areCounts } from './explicit-histogram.ts';
import type { PointShape } from './point-shape.ts';

/** The most buckets above zero that one family gets: as many as the SDK gives to one series. */
export const MAX_EXPONENTIAL_BUCKETS = 160;

/** Buckets `first` to `last` of a scale; bucket i is `(2 ** (i / 2 ** scale), 2 ** ((i + 1) / 2 ** scale)]`. */
interface Range {
  readonly scale: number;
  readonly first: number;
  readonly last: number;
}

/**
 * One classic layout for all exponential histograms of a family.
 *
 * Shape: bounds are 0, the lower edge of the lowest bucket and the upper edge of every bucket, at the finest
 * scale that all histograms have and that needs at most {@link MAX_EXPONENTIAL_BUCKETS}. Buckets of a coarser
 * scale are whole buckets of the finer one put together, so the count below every bound stays exact. All that
 * is 0 or less is in the bucket below 0.
 * Errors: {@link MetricsError} `SERIES_INVALID`.
 * Source: OpenTelemetry metrics data model, section "ExponentialHistogram".
 */
export function exponentialShape(
  values: Iterable<ExponentialHistogram>,
  name: string,
): PointShape<ExponentialHistogram> {
  const range = rangeOf(values, name);
  const points = boundsOf(range);
  const stride = points.length + 2;
  const places = Array.from({ length: range.last - range.first + 1 }, (_, i) =>
    bucketOf(points, edge(range.first + i + 1, range.scale)),
  );
  return {
    stride,
    points,
    write(value, cells, at) {
      cells.fill(0, at, at + stride);
      cells[at] = value.zeroCount + total(value.negative.bucketCounts);
      const { offset, bucketCounts } = value.positive;
      for (let i = 0; i < bucketCounts.length; i++) {
        const bucket = coarser(offset + i, value.scale - range.scale);
        cells[at + places[bucket - range.first]] += bucketCounts[i];
      }
      cells[at + stride - 1] = value.sum ?? Number.NaN;
      return areCounts(cells, at, at + stride - 1);
    },
  };
}

function rangeOf(values: Iterable<ExponentialHistogram>, name: string): Range {
  let range: Range | undefined;
  for (const { scale, positive, negative } of values) {
    checkWhole(scale, negative.offset, name);
    checkWhole(scale, positive.offset, name);
    const { offset, bucketCounts } = positive;
    if (bucketCounts.length === 0) continue;
    const own = { scale, first: offset, last: offset + bucketCounts.length - 1 };
    range = range === undefined ? own : joined(range, own);
  }
  return range === undefined ? { scale: 0, first: 0, last: -1 } : limited(range);
}

function joined(a: Range, b: Range): Range {
  const scale = Math.min(a.scale, b.scale);
  const [left, right] = [rescaled(a, scale), rescaled(b, scale)];
  return { scale, first: Math.min(left.first, right.first), last: Math.max(left.last, right.last) };
}

function limited(range: Range): Range {
  let { scale } = range;
  let small = range;
  while (small.last - small.first >= MAX_EXPONENTIAL_BUCKETS) small = rescaled(range, --scale);
  return small;
}

function rescaled(range: Range, scale: number): Range {
  const by = range.scale - scale;
  return { scale, first: coarser(range.first, by), last: coarser(range.last, by) };
}

/** The bucket that holds bucket `index` when the scale falls by `by`. */
function coarser(index: number, by: number): number {
  return Math.floor(index / 2 ** by);
}

/** The lower edge of bucket `index`: exact at scale 0 and below, else the nearest double or its neighbour. */
function edge(index: number, scale: number): number {
  return 2 ** (index / 2 ** scale);
}

// The lowest edge may be too small for a double, the highest too large: then 0 and +Inf stand for them.
function boundsOf({ scale, first, last }: Range): number[] {
  const bounds = [0];
  if (last < first) return bounds;
  for (let index = first; index <= last + 1; index++) {
    const bound = edge(index, scale);
    if (bound > bounds[bounds.length - 1] && bound < Number.POSITIVE_INFINITY) bounds.push(bound);
  }
  return bounds;
}

function checkWhole(scale: number, offset: number, name: string): void {
  if (Number.isSafeInteger(scale) && Number.isSafeInteger(offset)) return;
  throw new MetricsError('SERIES_INVALID', {
    message: `Cannot collect OpenTelemetry histogram "${name}": its scale is ${scale}, its offset ${offset}; both must be whole numbers`,
    details: { family: name, scale, offset },
  });
}

function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
