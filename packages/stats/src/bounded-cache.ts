/** How many values, and how many characters of keys, one generation holds. */
const VALUES = 8192;
const CHARACTERS = 1 << 20;

/**
 * Keeps what was computed for texts, the recently used ones in any case, within bounds.
 *
 * Two generations: when the young one is full it becomes the old one, and what the old one held unused goes.
 * Cost: a look-up is one of a map, two for what was not used lately; at most 16 384 values and 4 MiB of keys.
 */
export class BoundedCache<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #characters = 0;

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): T | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.set(key, old);
    }
    return old;
  }

  set(key: string, value: T): void {
    if (this.#young.size >= VALUES || this.#characters >= CHARACTERS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#young.set(key, value);
    this.#characters += key.length;
  }
}
