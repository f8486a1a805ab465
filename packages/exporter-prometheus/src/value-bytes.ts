import { type ByteBlock, byteBlock, copyBytes, writeText } from './byte-block.ts';

const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const UNSEEN = -1;

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

  /** Copies a value's pair, whose length was asked for before; returns the place behind it. */
  copy(id: number, to: DataView, at: number): number {
    const length = this.#places[2 * id + 1];
    if (length === 0) return at;
    const start = this.#places[2 * id];
    const offset = start & (BLOCK - 1);
    return copyBytes(
      this.#blocks[start >>> BLOCK_BITS].view,
      offset,
      offset + this.#places[2 * id + 1],
      to,
      at,
    );
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
