import { float, HIGH, halves } from './float-bits.ts';

// This module's own, as each recording reads them: what another one exports the engine looks up again each time.
const number = float;
const numberHalves = halves;
const upperHalf = HIGH;
// Sign, exponent and the first three bits of the fraction: an eighth of an octave.
const KEY_SHIFT = 17;
const MOST_KEYS = 4096;
const MOST_BOUNDS = 0xffff;

/**
 * Finds the bucket of a value: bucket i is `(bounds[i - 1], bounds[i]]`, the last one is open.
 *
 * The leading bits of a positive number say which eighth of an octave it lies in, and a table which bounds lie
 * there too. A search among all bounds makes about five decisions that no processor can foresee, this one or two.
 */
export class BucketSearch {
  // Not frozen: frozen arrays keep their numbers boxed, which makes each comparison slower.
  readonly #bounds: readonly number[];
  /** By key, from the lowest bound's on: the first bound with that key or a higher one. Empty if not worth it. */
  readonly #starts: Uint16Array;
  readonly #lowestKey: number;
  /** No key has more than one bound: then one comparison decides. */
  readonly #sparse: boolean;

  /** Bounds must be finite and strictly rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = Array.from(bounds);
    const lowest = bounds.find((bound) => bound > 0);
    this.#lowestKey = lowest === undefined ? 0 : keyOf(lowest);
    this.#starts = lowest === undefined ? new Uint16Array(0) : startsOf(bounds, this.#lowestKey);
    this.#sparse = this.#starts.every((start, key, starts) => key === 0 || start - starts[key - 1] <= 1);
  }

  /** The bucket of a number that is not NaN. */
  of(value: number): number {
    const bounds = this.#bounds;
    const starts = this.#starts;
    const keys = starts.length - 1;
    if (!(value > 0) || keys < 0) return search(bounds, value, 0, bounds.length);
    const key = keyOf(value) - this.#lowestKey;
    if (key < 0) return starts[0];
    if (key >= keys) return bounds.length;
    const low = starts[key];
    if (!this.#sparse) return search(bounds, value, low, starts[key + 1]);
    return value > bounds[low] ? low + 1 : low;
  }
}

/** The bucket of one value; where there are many a {@link BucketSearch} is faster. */
export function bucketOf(bounds: readonly number[], value: number): number {
  return search(bounds, value, 0, bounds.length);
}

// The first place from `low` on, `high` at most, whose bound is not below the value.
function search(bounds: readonly number[], value: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= bounds[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

function startsOf(bounds: readonly number[], lowestKey: number): Uint16Array {
  const keys = keyOf(bounds[bounds.length - 1]) - lowestKey + 1;
  // Bounds too far apart would need a table larger than it is worth.
  if (keys > MOST_KEYS || bounds.length > MOST_BOUNDS) return new Uint16Array(0);
  const starts = new Uint16Array(keys + 1);
  let bound = bounds.findIndex((one) => one > 0);
  for (let key = 0; key <= keys; key++) {
    while (bound < bounds.length && keyOf(bounds[bound]) - lowestKey < key) bound++;
    starts[key] = bound;
  }
  return starts;
}

/** Rises with the value, for positive ones. */
function keyOf(value: number): number {
  number[0] = value;
  return numberHalves[upperHalf] >>> KEY_SHIFT;
}
