import { MetricsError } from './error.ts';
import { quote } from './names.ts';

/** The default bounds of a histogram, made for seconds. */
export const DEFAULT_BUCKETS: readonly number[] = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]);

/**
 * Copies and checks bucket bounds; a trailing `+Infinity` is implied and taken off.
 *
 * Errors: {@link MetricsError} `BOUND_NOT_FINITE`, `BOUNDS_NOT_RISING`, `ARGUMENT_INVALID` if it is no array.
 */
export function checkBounds(bounds: readonly number[], owner: string): readonly number[] {
  if (!Array.isArray(bounds)) {
    throw new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot define ${owner}: its bounds are ${quote(bounds)}; use an array of numbers`,
      details: { bounds },
    });
  }
  const copy: number[] = [...bounds];
  if (copy.at(-1) === Number.POSITIVE_INFINITY) copy.pop();
  for (const [index, bound] of copy.entries()) {
    if (typeof bound !== 'number' || !Number.isFinite(bound)) {
      throw new MetricsError('BOUND_NOT_FINITE', {
        message: `Cannot define ${owner}: bound ${index} is ${quote(bound)}; bounds must be finite numbers`,
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

/**
 * `count` bounds, `width` apart, the first at `start`.
 *
 * @example
 * assert.deepEqual(linearBuckets(0, 5, 3), [0, 5, 10]);
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  checkCount('linear', count);
  checkFinite('linear', 'start', start);
  checkPositive('linear', 'width', width);
  return rising(
    'linear',
    Array.from({ length: count }, (_, i) => start + i * width),
  );
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
  checkPositive('exponential', 'factor', factor);
  return rising(
    'exponential',
    Array.from({ length: count }, (_, i) => start * factor ** i),
  );
}

/** `count` bounds in equal ratios, the first at `min`, the last at `max`; `min` alone if `count` is 1. */
export function exponentialRange(min: number, max: number, count: number): number[] {
  checkCount('exponential range', count);
  checkPositive('exponential range', 'min', min);
  checkPositive('exponential range', 'max', max);
  if (count === 1) return [min];
  // Not by a factor: the ratio of the two may be beyond what a number holds.
  const bound = (part: number): number => min ** (1 - part) * max ** part;
  return rising(
    'exponential range',
    Array.from({ length: count }, (_, i) => (i === count - 1 ? max : bound(i / (count - 1)))),
  );
}

const COUNT_LIMIT = 10_000;

function checkCount(kind: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= COUNT_LIMIT) return;
  throw refusal(kind, 'count', count, `a whole number of 1 to ${COUNT_LIMIT}`);
}

function checkPositive(kind: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw refusal(kind, name, value, 'a finite number above 0');
}

function checkFinite(kind: string, name: string, value: number): void {
  if (!Number.isFinite(value)) throw refusal(kind, name, value, 'a finite number');
}

function refusal(kind: string, name: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make ${kind} buckets: ${name} is ${quote(value)}; use ${wanted}`,
    details: { [name]: value },
  });
}

// Numbers may be too close together, or grow beyond all bounds, although each argument is fine.
function rising(kind: string, bounds: number[]): number[] {
  const wrong = bounds.findIndex((bound, i) => !Number.isFinite(bound) || (i > 0 && bound <= bounds[i - 1]));
  if (wrong < 0) return bounds;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make ${kind} buckets: bound ${wrong} would be ${bounds[wrong]}, after ${bounds[wrong - 1]}; use arguments whose bounds rise`,
    details: { index: wrong, bound: bounds[wrong], previous: bounds[wrong - 1] },
  });
}
