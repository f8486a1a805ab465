// What is counted, in the order it is kept: first what nearly every value is.
export const POSITIVE: number = 0;
export const NEGATIVE: number = 1;
export const ZERO: number = 2;
export const NOT_A_NUMBER: number = 3;

const INDEX_BITS = 20;
// Indices lie between -275 000 and 263 000: a key is never near one of another kind.
const MIDDLE = 1 << (INDEX_BITS - 1);

/** Below every index there is. */
export const LOWEST_INDEX: number = -MIDDLE;

/** A bucket as one whole number of 22 bits, rising by kind and index. */
export function keyOf(kind: number, index: number): number {
  return (kind << INDEX_BITS) + MIDDLE + index;
}

export function kindOf(key: number): number {
  return key >>> INDEX_BITS;
}

export function indexOf(key: number): number {
  return (key & (2 * MIDDLE - 1)) - MIDDLE;
}
