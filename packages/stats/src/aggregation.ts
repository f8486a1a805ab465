import {
  checkBounds,
  type Exponential as ExponentialBuckets,
  type ExponentialOptions,
  exponential as exponentialBuckets,
  type MetricType,
} from '@oriel/metrics';

export interface Count {
  readonly kind: 'count';
}

export interface Sum {
  readonly kind: 'sum';
}

export interface LastValue {
  readonly kind: 'lastValue';
}

export interface Distribution {
  readonly kind: 'distribution';
  readonly bounds: readonly number[];
}

/** Exponential buckets, and classic ones beside them if it has bounds. */
export interface Exponential extends ExponentialBuckets {
  readonly bounds: readonly number[];
}

/** How the measurements of a view add up. */
export type Aggregation = Count | Sum | LastValue | Distribution | Exponential;

/** Counts measurements. Unit: `1`, whatever the measure's. */
export function count(): Count {
  return Object.freeze({ kind: 'count' });
}

/** Adds measurements up; negatives are dropped, as a sum is exposed as a counter. Unit: the measure's. */
export function sum(): Sum {
  return Object.freeze({ kind: 'sum' });
}

/** Keeps the newest measurement, NaN and infinities too. Unit: the measure's. */
export function lastValue(): LastValue {
  return Object.freeze({ kind: 'lastValue' });
}

/**
 * Groups values into buckets `(-inf, b0] (b0, b1] ... (bn, +inf)`, as Prometheus and OpenTelemetry do; OpenCensus
 * put a value on a bound into the bucket above.
 *
 * Shape: n finite, strictly rising bounds give n + 1 buckets; none give one. The array is copied. Negative values
 * are dropped unless the lowest bound is negative.
 * Unit: the measure's.
 * Errors: MetricsError `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`.
 * Cost: a table look-up and a comparison or two per record, no allocation; 8 (n + 2) bytes per series.
 *
 * @example
 * assert.deepEqual(distribution([5, 25, 100]).bounds, [5, 25, 100]);
 */
export function distribution(bounds: readonly number[]): Distribution {
  return Object.freeze({ kind: 'distribution', bounds: checkBounds(bounds, 'distribution') });
}

/**
 * Groups values into buckets that grow by a factor, made where values fall; with bounds also into those buckets
 * beside them, for readers that know no other.
 *
 * Shape: options, defaults and buckets are those of `exponential` in `@oriel/metrics`, bounds those of
 * {@link distribution}; no bounds, no buckets beside. Takes negative values too.
 * Unit: the measure's.
 * Errors: MetricsError `ARGUMENT_INVALID`, `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`.
 * Cost: a table look-up and a comparison per record, no allocation while values fall into buckets that exist; 32
 * bytes per series and one or two per bucket.
 *
 * @example
 * assert.equal(exponential({ factor: 1.1, maxBuckets: 100 }).schema, 3);
 */
export function exponential(options: ExponentialOptions = {}, bounds: readonly number[] = []): Exponential {
  const buckets = exponentialBuckets(options);
  return Object.freeze({ ...buckets, bounds: checkBounds(bounds, 'exponential distribution') });
}

/**
 * A checked copy of an aggregation, which may have been written out by hand; `undefined` if it is none.
 *
 * Errors: as {@link distribution}.
 */
export function checkedAggregation(given: Aggregation): Aggregation | undefined {
  switch (given?.kind) {
    case 'count':
      return count();
    case 'sum':
      return sum();
    case 'lastValue':
      return lastValue();
    case 'distribution':
      return distribution(given.bounds);
    case 'exponential':
      return exponential(given, given.bounds);
    default:
      return undefined;
  }
}

/** Whether two aggregations are the same by value. */
export function sameAggregation(a: Aggregation, b: Aggregation): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The metric type an aggregation is exposed as. */
export function metricTypeOf({ kind }: Aggregation): MetricType {
  if (kind === 'distribution') return 'histogram';
  if (kind === 'exponential') return 'exponential_histogram';
  return kind === 'lastValue' ? 'gauge' : 'counter';
}

/** Whether an aggregation may have bounds. */
export function hasBounds(kind: Aggregation['kind']): boolean {
  return kind === 'distribution' || kind === 'exponential';
}
