import { float, HIGH, halves, LOW } from './float-bits.ts';

// Places behind the point while bounds are made; their errors stay far below the 52 that are kept.
const PLACES = 128n;
const FRACTION_PLACES = 52n;

const made: (Float64Array | undefined)[] = [];

/**
 * `2 ** (k / 2 ** schema)` for k from 0 up to, but without, `2 ** schema`: each the nearest double, made on first use.
 *
 * Every second one is a bound of the schema below, the very same number; so buckets merge without a remainder.
 */
export function octaveBounds(schema: number): Float64Array {
  made[schema] ??= roots(schema);
  return made[schema];
}

/**
 * The upper bound of a bucket, inclusive; that of the bucket below is its lower bound, exclusive.
 *
 * The bucket of the largest double ends at it, the one above it holds only the infinity. Bounds that fall between
 * two subnormal numbers are the lower of the two.
 *
 * @example
 * assert.equal(exponentialBound(0, 3), 8);
 */
export function exponentialBound(schema: number, index: number): number {
  const top = 1024 * 2 ** schema;
  if (index >= top) return index > top ? Number.POSITIVE_INFINITY : Number.MAX_VALUE;
  if (schema <= 0) return scaled(1, index * 2 ** -schema);
  const inOctave = index & (2 ** schema - 1);
  return scaled(octaveBounds(schema)[inOctave], index >> schema);
}

// Not by `**`, which no engine promises to round rightly.
function scaled(fraction: number, exponent: number): number {
  if (exponent < -1022)
    return Math.floor(fraction * power(Math.max(exponent + 1074, -60))) * Number.MIN_VALUE;
  return fraction * power(exponent);
}

/** `2 ** exponent` within the normal numbers. */
function power(exponent: number): number {
  halves[HIGH] = (exponent + 1023) << 20;
  halves[LOW] = 0;
  return float[0];
}

function roots(schema: number): Float64Array {
  let root = 2n << PLACES;
  for (let i = 0; i < schema; i++) root = squareRoot(root << PLACES);
  let bound = 1n << PLACES;
  return Float64Array.from({ length: 2 ** schema }, () => {
    const nearest = ((bound >> (PLACES - FRACTION_PLACES - 1n)) + 1n) >> 1n;
    bound = (bound * root) >> PLACES;
    return Number(nearest) / 2 ** Number(FRACTION_PLACES);
  });
}

function squareRoot(square: bigint): bigint {
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
