import { ownCopy } from './own-copy.ts';

export interface RecentCacheOptions {
  /** Texts in one of the two generations. */
  readonly texts: number;
  /** Longer texts are not kept. */
  readonly longest: number;
}

/** Characters of a generation's texts, for each text it may hold. */
const USUAL_LENGTH = 128;

/**
 * Keeps what was worked out for the texts asked for lately, within bounds.
 *
 * Shape: two generations; what is asked for again moves to the younger one, and the older is dropped when that is
 * full, by the number of its texts or by 128 characters for each. So a flood of texts that come once costs no memory,
 * and leaves in place what others go on asking for. Texts are copied.
 * Cost: one look-up in a map, two for what was not used lately.
 */
export class RecentCache<T> {
  readonly #options: RecentCacheOptions;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #characters = 0;

  constructor(options: RecentCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(text: string): T | undefined {
    const found = this.#young.get(text);
    if (found !== undefined) return found;
    const old = this.#old.get(text);
    if (old === undefined) return undefined;
    this.#old.delete(text);
    this.#keep(text, old);
    return old;
  }

  set(text: string, value: T): void {
    if (text.length <= this.#options.longest) this.#keep(ownCopy(text), value);
  }

  #keep(text: string, value: T): void {
    const { texts } = this.#options;
    if (this.#young.size >= texts || this.#characters >= texts * USUAL_LENGTH) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#young.set(text, value);
    this.#characters += text.length;
  }
}
