import { octaveBounds } from './exponential-bounds.ts';
import { float, HIGH, halves, LOW } from './float-bits.ts';

// This module's own, as others' are looked up each time.
const number = float;
const numberHalves = halves;
const upperHalf = HIGH;
const lowerHalf = LOW;
const MAGNITUDE = 0x7fffffff;
const FRACTION = 0xfffff;
const BOUND_BITS = 21;
const BOUND = (1 << BOUND_BITS) - 1;
const LOWEST_NORMAL = 0x100000;
const INFINITE = 0x7ff00000;

/**
 * Finds the bucket of a positive number at one schema of 0 or more.
 *
 * The leading bits of the fraction say between which two bounds of its octave a number lies, or at which one; one
 * comparison with that bound decides. Exact at every bound, as no logarithm is taken.
 */
export class ExponentialIndex {
  readonly #schema: number;
  readonly #keyShift: number;
  /** By key: the first bound with that key or a higher one, as its place and, in the lower bits, its fraction. */
  readonly #bounds: Int32Array;
  /** The lower halves of all bounds. */
  readonly #lows: Uint32Array;

  constructor(schema: number) {
    const bounds = octaveBounds(schema);
    this.#schema = schema;
    this.#keyShift = 19 - schema;
    const [highs, lows] = [new Int32Array(bounds.length + 1), new Uint32Array(bounds.length + 1)];
    for (const [i, bound] of bounds.entries()) {
      float[0] = bound;
      highs[i] = halves[HIGH] & FRACTION;
      lows[i] = halves[LOW];
    }
    // The end of the octave, which no fraction exceeds.
    highs[bounds.length] = FRACTION + 1;
    this.#lows = lows;
    this.#bounds = byKey(bounds, highs);
  }

  /** The index of a number but 0, by its magnitude; that of the infinity is one above the largest number's. */
  of(value: number): number {
    number[0] = value;
    return this.ofNumber();
  }

  /** The index of what is in `float`: a number that is handed on may be put on the heap. */
  ofNumber(): number {
    const magnitude = numberHalves[upperHalf] & MAGNITUDE;
    if (magnitude >= INFINITE) return (1024 << this.#schema) + 1;
    if (magnitude >= LOWEST_NORMAL) return this.ofNormal(magnitude);
    number[0] *= 2 ** 52;
    return this.ofNormal(numberHalves[upperHalf] & MAGNITUDE) - (52 << this.#schema);
  }

  /** As {@link ofNumber}, by the upper half of a number that is neither subnormal nor infinite, without its sign. */
  ofNormal(magnitude: number): number {
    const fraction = magnitude & FRACTION;
    const entry = this.#bounds[fraction >>> this.#keyShift];
    const bound = entry & BOUND;
    const index = ((((magnitude >>> 20) - 1023) << this.#schema) + (entry >>> BOUND_BITS)) | 0;
    if (fraction === bound)
      return index + (numberHalves[lowerHalf] > this.#lows[entry >>> BOUND_BITS] ? 1 : 0);
    // One more if the fraction is larger: a branch would be guessed wrong half the time.
    return (index + ((bound - fraction) >>> 31)) | 0;
  }
}

/** Two keys for each bound of the octave, so that no two bounds have the same. */
function byKey(bounds: Float64Array, highs: Int32Array): Int32Array {
  const keys = 2 * bounds.length;
  const entries = new Int32Array(keys);
  let bound = 0;
  for (let key = 0; key < keys; key++) {
    while (bound < bounds.length && bounds[bound] < 1 + key / keys) bound++;
    entries[key] = (bound << BOUND_BITS) | highs[bound];
  }
  return entries;
}
