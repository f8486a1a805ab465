import { MetricsError } from './error.ts';

/** The default bounds of a histogram, made for seconds. */
export const DEFAULT_BUCKETS: readonly number[] = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]);

/**
 * Copies and checks bucket bounds; a trailing `+Infinity` is implied and taken off.
 *
 * Errors: {@link MetricsError} `BOUND_NOT_FINITE`, `BOUNDS_NOT_RISING`.
 */
export function checkBounds(bounds: readonly number[], owner: string): readonly number[] {
  const copy = [...bounds];
  if (copy.at(-1) === Number.POSITIVE_INFINITY) copy.pop();
  for (const [index, bound] of copy.entries()) {
    if (typeof bound !== 'number' || !Number.isFinite(bound)) {
      throw new MetricsError('BOUND_NOT_FINITE', {
        message: `Cannot define ${owner}: bound ${index} is ${String(bound)}; bounds must be finite numbers`,
        details: { index, bound },
      });
    }
    if (index > 0 && bound <= copy[index - 1]) {
      throw new MetricsError('BOUNDS_NOT_RISING', {
        message: `Cannot define ${owner}: bound ${index} is ${bound}, after ${copy[index - 1]}; bounds must rise`,
        details: { index, previous: copy[index - 1], bound },
      });
    }
  }
  return Object.freeze(copy);
}

/** The bucket a value belongs to: bucket i is `(bounds[i - 1], bounds[i]]`, the last one is open. */
export function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= bounds[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * `count` bounds, `width` apart, the first at `start`.
 *
 * @example
 * assert.deepEqual(linearBuckets(0, 5, 3), [0, 5, 10]);
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  checkCount('linear', count);
  checkPositive('linear', 'width', width);
  return Array.from({ length: count }, (_, i) => start + i * width);
}

/**
 * `count` bounds, each `factor` times the one before, the first at `start`.
 *
 * @example
 * assert.deepEqual(exponentialBuckets(1, 2, 4), [1, 2, 4, 8]);
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  checkCount('exponential', count);
  checkPositive('exponential', 'start', start);
  checkPositive('exponential', 'factor - 1', factor - 1);
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}

/** `count` bounds in equal ratios, the first at `min`, the last at `max`. */
export function exponentialRange(min: number, max: number, count: number): number[] {
  checkCount('exponential range', count);
  checkPositive('exponential range', 'min', min);
  checkPositive('exponential range', 'max - min', max - min);
  if (count === 1) return [min];
  const factor = (max / min) ** (1 / (count - 1));
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? max : min * factor ** i));
}

function checkCount(kind: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make ${kind} buckets: count is ${count}; it must be an integer of at least 1`,
    details: { count },
  });
}

function checkPositive(kind: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make ${kind} buckets: ${name} is ${value}; it must be a finite number above 0`,
    details: { [name]: value },
  });
}
