import {
  countOf,
  type ExponentialBuckets,
  exponentialBound,
  exponentialOf,
  type MetricType,
  type SeriesColumns,
  sumOf,
} from '@oriel/metrics';

/**
 * The buckets of one histogram by rising bounds, classic or exponential, only those with something in them.
 *
 * To be filled again and again: the arrays are reused.
 */
export class BucketRow {
  /** Exclusive lower and inclusive upper bounds; infinite at the ends of a classic histogram. */
  readonly lower: number[] = [];
  readonly upper: number[] = [];
  readonly counts: number[] = [];
  /** How many buckets there are. */
  size = 0;
  /** Whether bounds grow by a factor. */
  exponential = false;
  count = 0;
  /** NaN if it is not known. */
  sum = 0;

  load(part: SeriesColumns, type: MetricType, row: number): void {
    this.size = 0;
    this.exponential = part.exponential !== undefined;
    this.count = countOf(part, type, row);
    this.sum = sumOf(part, type, row);
    if (part.exponential === undefined) this.#loadClassic(part, row);
    else this.#loadExponential(part.exponential, row);
  }

  /** The sum of all buckets, which may be less than the count: NaNs are in no bucket. */
  get inBuckets(): number {
    let total = 0;
    for (let i = 0; i < this.size; i++) total += this.counts[i];
    return total;
  }

  #loadClassic({ points, stride, values }: SeriesColumns, row: number): void {
    const start = row * stride;
    for (let i = 0; i <= points.length; i++) {
      const lower = i === 0 ? Number.NEGATIVE_INFINITY : points[i - 1];
      const upper = i === points.length ? Number.POSITIVE_INFINITY : points[i];
      this.#push(lower, upper, values[start + i]);
    }
  }

  #loadExponential(columns: NonNullable<SeriesColumns['exponential']>, row: number): void {
    const { schema, zeroThreshold, zeroCount, positive, negative } = exponentialOf(columns, row);
    for (let i = negative.indices.length - 1; i >= 0; i--) {
      const [lower, upper] = bounds(schema, negative, i);
      this.#push(-upper, -lower, negative.counts[i]);
    }
    this.#push(-zeroThreshold, zeroThreshold, zeroCount);
    for (let i = 0; i < positive.indices.length; i++) {
      const [lower, upper] = bounds(schema, positive, i);
      this.#push(lower, upper, positive.counts[i]);
    }
  }

  #push(lower: number, upper: number, count: number): void {
    if (!(count > 0)) return;
    const at = this.size++;
    this.lower[at] = lower;
    this.upper[at] = upper;
    this.counts[at] = count;
  }
}

function bounds(schema: number, { indices }: ExponentialBuckets, i: number): [number, number] {
  return [exponentialBound(schema, indices[i] - 1), exponentialBound(schema, indices[i])];
}
