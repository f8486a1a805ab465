import type { DataPoint, Histogram } from '@opentelemetry/sdk-metrics';
import { checkBounds } from '@oriel/metrics';
import type { PointShape } from './point-shape.ts';

type HistogramPoint = DataPoint<Histogram>;

/** Points by their bounds; nearly always all have the same. */
export function byBounds(points: readonly HistogramPoint[]): Map<string, HistogramPoint[]> {
  const lists = new Map<string, HistogramPoint[]>();
  const known = new Map<readonly number[], HistogramPoint[]>();
  for (const point of points) {
    const { boundaries } = point.value.buckets;
    const list = known.get(boundaries) ?? listOf(lists, boundaries.join());
    known.set(boundaries, list);
    list.push(point);
  }
  return lists;
}

function listOf(lists: Map<string, HistogramPoint[]>, key: string): HistogramPoint[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/**
 * The layout of histograms with these bounds.
 *
 * Shape: a bound that stands twice is kept once, as nothing lies between the two.
 * Errors: {@link MetricsError} `BOUND_NOT_FINITE`, `BOUNDS_NOT_RISING`.
 */
export function explicitShape(boundaries: readonly number[], name: string): PointShape<Histogram> {
  const points = checkBounds(
    boundaries.filter((bound, i) => bound !== boundaries[i - 1]),
    `OpenTelemetry histogram "${name}"`,
  );
  const stride = points.length + 2;
  // With a bound of +Infinity, or one that stands twice, several counts share a bucket.
  const buckets = [...boundaries, Number.POSITIVE_INFINITY].map((bound) => bucketAt(points, bound));
  return {
    stride,
    points,
    write({ buckets: { counts }, sum }, cells, at) {
      cells.fill(0, at, at + stride);
      for (let i = 0; i < buckets.length; i++) cells[at + buckets[i]] += counts[i];
      cells[at + stride - 1] = sum ?? Number.NaN;
      return counts.length === buckets.length && areCounts(cells, at, at + stride - 1);
    },
  };
}

function bucketAt(points: readonly number[], bound: number): number {
  const place = points.indexOf(bound);
  return place < 0 ? points.length : place;
}

/** Whether cells can be counts of buckets: whole, and not less than 0. */
export function areCounts(cells: ArrayLike<number>, from: number, to: number): boolean {
  for (let cell = from; cell < to; cell++) {
    if (!(cells[cell] >= 0 && Number.isInteger(cells[cell]))) return false;
  }
  return true;
}
