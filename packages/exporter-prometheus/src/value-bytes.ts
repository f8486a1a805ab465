import { type ByteBlock, byteBlock, copyBytes, writeText } from './byte-block.ts';

const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const UNSEEN = -1;
const MEASURED_AT_ONCE = 50_000;
// Escaped or as UTF-8.
const MOST_BYTES_A_UNIT = 3;

/**
 * Label pairs of one column as bytes, `,name="value"`, each encoded on first use and copied from then on.
 *
 * Values lie side by side in blocks, so that a million of them cost their bytes and eight more.
 */
export class ValueBytes {
  readonly #name: string;
  readonly #values: readonly string[];
  /** Start and length by number, side by side. */
  #places = new Int32Array(32).fill(UNSEEN);
  readonly #blocks: ByteBlock[] = [];
  #end = 0;
  #measured = 0;
  #longest = 0;

  /** `name` is written as it is: legal, or quoted already. */
  constructor(name: string, values: readonly string[]) {
    this.#name = name;
    this.#values = values;
  }

  /** The bytes of a value's pair; the empty value is no label and has none. */
  lengthOf(id: number): number {
    const length = this.#places[2 * id + 1];
    return length >= 0 ? length : this.#encode(id);
  }

  /**
   * As many bytes as the longest pair may take; infinitely many while that is not known.
   *
   * Cost: a look at values that are new since the last time, but at some thousands at most.
   */
  mostBytes(): number {
    const until = Math.min(this.#values.length, this.#measured + MEASURED_AT_ONCE);
    for (; this.#measured < until; this.#measured++) {
      this.#longest = Math.max(this.#longest, this.#values[this.#measured].length);
    }
    if (until < this.#values.length) return Number.POSITIVE_INFINITY;
    return pairText(this.#name, 'x').length + this.#longest * MOST_BYTES_A_UNIT;
  }

  /** Copies a value's pair; returns the place behind it. */
  copy(id: number, to: DataView, at: number): number {
    const places = this.#places;
    const length = places[2 * id + 1];
    // Not seen yet, or empty.
    if (!(length > 0)) return this.lengthOf(id) === 0 ? at : this.copy(id, to, at);
    const start = places[2 * id];
    const offset = start & (BLOCK - 1);
    return copyBytes(this.#blocks[start >>> BLOCK_BITS].view, offset, offset + length, to, at);
  }

  #encode(id: number): number {
    while (2 * id >= this.#places.length) this.#grow();
    const pair = pairText(this.#name, this.#values[id]);
    if (pair === '') {
      this.#places[2 * id + 1] = 0;
      return 0;
    }
    const most = pair.length * 3;
    const room = this.#blocks.length * BLOCK - this.#end;
    if (most > room) this.#addBlock(most);
    const start = this.#end;
    const offset = start & (BLOCK - 1);
    const length = writeText(this.#blocks[start >>> BLOCK_BITS].bytes, offset, pair) - offset;
    this.#places[2 * id] = start;
    this.#places[2 * id + 1] = length;
    this.#end = most > BLOCK ? this.#blocks.length * BLOCK : start + length;
    return length;
  }

  // A pair longer than a block has one of its own size, and what comes after it begins in the next.
  #addBlock(length: number): void {
    const spans = Math.max(1, Math.ceil(length / BLOCK));
    this.#end = this.#blocks.length * BLOCK;
    const block = byteBlock(spans * BLOCK);
    for (let i = 0; i < spans; i++) this.#blocks.push(block);
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2).fill(UNSEEN);
    places.set(this.#places);
    this.#places = places;
  }
}

/** `,name="value"` with the value escaped; nothing for the empty value. */
export function pairText(name: string, value: string): string {
  return value === '' ? '' : `,${name}="${escapeLabelValue(value)}"`;
}

/** Escapes backslash, quote and line feed. */
export function escapeLabelValue(value: string): string {
  if (!/["\\\n]/.test(value)) return value.toWellFormed();
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
