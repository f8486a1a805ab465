import { byteBlock, copyBytes, writeText } from './byte-block.ts';

/** Bytes under construction, to be emptied and filled again. Callers reserve room, then write at `end` and move it. */
export class ByteBuffer {
  bytes!: Uint8Array;
  view!: DataView;
  end = 0;
  #size = 0;

  constructor(size = 256) {
    this.#take(size);
  }

  /** Makes sure that this many bytes fit behind `end`, and sixteen more that a copy may overwrite. */
  reserve(length: number): void {
    if (this.end + length <= this.#size) return;
    const { bytes, end } = this;
    this.#take(2 * (end + length));
    this.bytes.set(bytes.subarray(0, end));
  }

  /** Appends what another buffer holds between two places. */
  copy(from: ByteBuffer, start: number, end: number): void {
    this.reserve(end - start);
    this.end = copyBytes(from.view, start, end, this.view, this.end);
  }

  /** Appends text as UTF-8. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.end = writeText(this.bytes, this.end, text);
  }

  /** What was written; it changes with the buffer. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  #take(size: number): void {
    const { bytes, view } = byteBlock(size);
    this.bytes = bytes;
    this.view = view;
    this.#size = size;
  }
}
