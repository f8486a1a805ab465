import { copyBytes, writeText } from './page-buffer.ts';

const BLOCK = 64 * 1024;

/**
 * Label pairs of one column as bytes, `,name="value"`, each encoded on first use and copied from then on.
 *
 * Values lie side by side in blocks, so that a million of them cost their bytes and eight more.
 */
export class ValueBytes {
  readonly #name: string;
  readonly #values: readonly string[];
  #starts = new Int32Array(16);
  #lengths = new Int32Array(16).fill(-1);
  readonly #blocks: Uint8Array[] = [];
  #end = 0;

  /** `name` is written as it is: legal, or quoted already. */
  constructor(name: string, values: readonly string[]) {
    this.#name = name;
    this.#values = values;
  }

  /** The bytes of a value's pair; the empty value is no label and has none. */
  lengthOf(id: number): number {
    if (id >= this.#lengths.length || this.#lengths[id] < 0) this.#encode(id);
    return this.#lengths[id];
  }

  /** Copies a value's pair, whose length was asked for before; returns the place behind it. */
  copy(id: number, bytes: Uint8Array, at: number): number {
    const length = this.#lengths[id];
    if (length === 0) return at;
    const start = this.#starts[id];
    return copyBytes(this.#blocks[(start / BLOCK) | 0], start % BLOCK, (start % BLOCK) + length, bytes, at);
  }

  #encode(id: number): void {
    while (id >= this.#lengths.length) this.#grow();
    const pair = pairText(this.#name, this.#values[id]);
    const most = pair.length * 3;
    if (most > BLOCK - (this.#end % BLOCK) || this.#end === 0) this.#addBlock(most);
    const start = this.#end;
    const block = this.#blocks[(start / BLOCK) | 0];
    const length = writeText(block, start % BLOCK, pair) - (start % BLOCK);
    this.#starts[id] = start;
    this.#lengths[id] = length;
    this.#end += length;
  }

  // A pair longer than a block has one of its own size; its successors begin in the next.
  #addBlock(length: number): void {
    const spans = Math.max(1, Math.ceil(length / BLOCK));
    this.#end = this.#blocks.length * BLOCK;
    const block = new Uint8Array(spans * BLOCK);
    for (let i = 0; i < spans; i++) this.#blocks.push(block);
  }

  #grow(): void {
    const starts = new Int32Array(this.#starts.length * 2);
    const lengths = new Int32Array(this.#lengths.length * 2).fill(-1);
    starts.set(this.#starts);
    lengths.set(this.#lengths);
    this.#starts = starts;
    this.#lengths = lengths;
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
