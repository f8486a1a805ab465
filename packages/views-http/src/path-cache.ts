/** The longest text that is kept: what is longer is worked out anew each time. */
export const KEPT_LENGTH = 256;

const GENERATION = 1024;

/**
 * Keeps what was worked out for the texts asked for lately.
 *
 * Shape: two generations of 1,024 texts of at most {@link KEPT_LENGTH} characters; what is asked for again moves to
 * the younger one, and the older is dropped when that is full. So a flood of texts that come once costs no memory,
 * and leaves in place what others go on asking for.
 */
export class PathCache<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(text: string): T | undefined {
    const found = this.#young.get(text);
    if (found !== undefined) return found;
    const old = this.#old.get(text);
    if (old !== undefined) this.#keep(text, old);
    return old;
  }

  set(text: string, value: T): void {
    if (text.length <= KEPT_LENGTH) this.#keep(ownCopy(text), value);
  }

  #keep(text: string, value: T): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, value);
  }
}

/** A copy that does not hold on to a longer text it was cut from, as a path is from a URL. */
export function ownCopy(text: string): string {
  const narrow = Buffer.from(text, 'latin1').toString('latin1');
  return narrow === text ? narrow : Buffer.from(text, 'utf16le').toString('utf16le');
}
