import { octaveBounds } from './exponential-bounds.ts';
import { float, HIGH, halves, LOW } from './float-bits.ts';

const FRACTION = 0xfffff;
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
  /** By key: the first bound with that key or a higher one. No two have the same. */
  readonly #starts: Uint16Array;
  readonly #boundHigh: Uint32Array;
  readonly #boundLow: Uint32Array;

  constructor(schema: number) {
    const bounds = octaveBounds(schema);
    this.#schema = schema;
    this.#keyShift = 19 - schema;
    this.#boundHigh = new Uint32Array(bounds.length + 1);
    this.#boundLow = new Uint32Array(bounds.length + 1);
    for (const [i, bound] of bounds.entries()) {
      float[0] = bound;
      this.#boundHigh[i] = halves[HIGH] & FRACTION;
      this.#boundLow[i] = halves[LOW];
    }
    // The end of the octave, which no fraction exceeds.
    this.#boundHigh[bounds.length] = FRACTION + 1;
    this.#starts = startsOf(bounds, 2 ** (schema + 1));
  }

  /** The index of a number above 0; that of the infinity is one above the largest number's. */
  of(value: number): number {
    float[0] = value;
    const high = halves[HIGH];
    if (high < LOWEST_NORMAL) return this.of(value * 2 ** 52) - (52 << this.#schema);
    if (high >= INFINITE) return (1024 << this.#schema) + 1;
    const fraction = high & FRACTION;
    let inOctave = this.#starts[fraction >>> this.#keyShift];
    const bound = this.#boundHigh[inOctave];
    if (fraction > bound || (fraction === bound && halves[LOW] > this.#boundLow[inOctave])) inOctave++;
    return (((high >>> 20) - 1023) << this.#schema) + inOctave;
  }
}

function startsOf(bounds: Float64Array, keys: number): Uint16Array {
  const starts = new Uint16Array(keys);
  let bound = 0;
  for (let key = 0; key < keys; key++) {
    while (bound < bounds.length && bounds[bound] < 1 + key / keys) bound++;
    starts[key] = bound;
  }
  return starts;
}
