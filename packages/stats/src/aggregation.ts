import { checkBounds, type MetricType } from '@oriel/metrics';

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

/** How the measurements of a view add up. */
export type Aggregation = Count | Sum | LastValue | Distribution;

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
  return kind === 'lastValue' ? 'gauge' : 'counter';
}
