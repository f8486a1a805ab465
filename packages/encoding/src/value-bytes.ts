import { type ByteBlock, byteBlock, copyBytes } from './byte-block.ts';

const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const FIRST_BLOCK = 256;
const UNSEEN = -1;
const MEASURED_AT_ONCE = 50_000;

/** How a label pair is written. */
export interface PairForm {
  /** As many bytes as a pair may take whose value has so many characters. */
  mostBytes(name: string, characters: number): number;
  /** Writes a pair whose value is not empty, and returns the place behind it. */
  write(bytes: Uint8Array, at: number, name: string, value: string): number;
}

/**
 * Label pairs of one column as bytes, each encoded on first use and copied from then on.
 *
 * Values lie side by side in blocks, so that a million of them cost their bytes and eight more.
 */
export class ValueBytes {
  readonly #form: PairForm;
  readonly #name: string;
  readonly #values: readonly string[];
  /** Start and length by number, side by side. */
  #places = new Int32Array(32).fill(UNSEEN);
  readonly #blocks: ByteBlock[] = [];
  #end = 0;
  /** Where the last block ends. */
  #limit = 0;
  #measured = 0;
  #longest = 0;

  /** `name` is written as it is. */
  constructor(name: string, values: readonly string[], form: PairForm) {
    this.#form = form;
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
    return this.#form.mostBytes(this.#name, this.#longest);
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
    const value = this.#values[id];
    if (value === '') {
      this.#places[2 * id + 1] = 0;
      return 0;
    }
    const most = this.#form.mostBytes(this.#name, value.length);
    if (this.#end + most > this.#limit) this.#makeRoom(most);
    const start = this.#end;
    const offset = start & (BLOCK - 1);
    const { bytes } = this.#blocks[start >>> BLOCK_BITS];
    const length = this.#form.write(bytes, offset, this.#name, value) - offset;
    this.#places[2 * id] = start;
    this.#places[2 * id + 1] = length;
    this.#end = most > BLOCK ? this.#blocks.length * BLOCK : start + length;
    return length;
  }

  // The first block grows until it has the size of the others: most labels have few values.
  #makeRoom(length: number): void {
    const end = this.#end;
    if (this.#blocks.length > 1 || end + length > BLOCK) {
      this.#addBlock(length);
      return;
    }
    const first = byteBlock(Math.min(BLOCK, Math.max(FIRST_BLOCK, 2 * (end + length))));
    if (end > 0) first.bytes.set(this.#blocks[0].bytes.subarray(0, end));
    this.#blocks[0] = first;
    this.#limit = first.size;
  }

  // A pair longer than a block has one of its own size, and what comes after it begins in the next.
  #addBlock(length: number): void {
    const spans = Math.max(1, Math.ceil(length / BLOCK));
    this.#end = this.#blocks.length * BLOCK;
    const block = byteBlock(spans * BLOCK);
    for (let i = 0; i < spans; i++) this.#blocks.push(block);
    this.#limit = this.#blocks.length * BLOCK;
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2).fill(UNSEEN);
    places.set(this.#places);
    this.#places = places;
  }
}
