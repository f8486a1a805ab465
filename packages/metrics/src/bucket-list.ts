import { indexOf, keyOf, kindOf, LOWEST_INDEX, NEGATIVE, POSITIVE, ZERO } from './bucket-key.ts';

/** The counts of one series taken apart, in key order: what the rare changes of its shape are made on. */
export class BucketList {
  keys: Int32Array<ArrayBuffer> = new Int32Array(256);
  counts: Float64Array<ArrayBuffer> = new Float64Array(256);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Adds a key above all others. */
  push(key: number, count: number): void {
    if (this.length === this.keys.length) this.#grow();
    this.keys[this.length] = key;
    this.counts[this.length++] = count;
  }

  /** Adds to a key, wherever it belongs. */
  add(key: number, count: number): void {
    const at = this.#placeOf(key);
    if (at < this.length && this.keys[at] === key) {
      this.counts[at] += count;
      return;
    }
    if (this.length === this.keys.length) this.#grow();
    this.keys.copyWithin(at + 1, at, this.length);
    this.counts.copyWithin(at + 1, at, this.length);
    this.keys[at] = key;
    this.counts[at] = count;
    this.length++;
  }

  /** How many buckets there are, of both signs. */
  populated(): number {
    return this.#placeOf(keyOf(ZERO, LOWEST_INDEX));
  }

  /** Makes every two buckets one. */
  halve(): void {
    const { length } = this;
    this.length = 0;
    for (let at = 0; at < length; at++) {
      const key = halved(this.keys[at]);
      if (this.length > 0 && this.keys[this.length - 1] === key)
        this.counts[this.length - 1] += this.counts[at];
      else this.push(key, this.counts[at]);
    }
  }

  /** The index nearest to zero of either sign; `undefined` without buckets. */
  lowest(): number | undefined {
    const populated = this.populated();
    const negatives = this.#placeOf(keyOf(NEGATIVE, LOWEST_INDEX));
    const found: number[] = [];
    if (negatives > 0) found.push(indexOf(this.keys[0]));
    if (negatives < populated) found.push(indexOf(this.keys[negatives]));
    return found.length === 0 ? undefined : Math.min(...found);
  }

  /** Moves the buckets of an index, of both signs, into the zero bucket. */
  moveToZero(index: number): void {
    const count = this.#take(keyOf(POSITIVE, index)) + this.#take(keyOf(NEGATIVE, index));
    this.add(keyOf(ZERO, 0), count);
  }

  #take(key: number): number {
    const at = this.#placeOf(key);
    if (at === this.length || this.keys[at] !== key) return 0;
    const count = this.counts[at];
    this.keys.copyWithin(at, at + 1, this.length);
    this.counts.copyWithin(at, at + 1, this.length);
    this.length--;
    return count;
  }

  /** The first place whose key is not below this one. */
  #placeOf(key: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const keys = new Int32Array(this.keys.length * 2);
    const counts = new Float64Array(this.keys.length * 2);
    keys.set(this.keys);
    counts.set(this.counts);
    this.keys = keys;
    this.counts = counts;
  }
}

function halved(key: number): number {
  const kind = kindOf(key);
  return kind === POSITIVE || kind === NEGATIVE ? keyOf(kind, (indexOf(key) + 1) >> 1) : key;
}
