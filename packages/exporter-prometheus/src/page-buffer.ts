import { type ByteBlock, byteBlock, writeText } from './byte-block.ts';

const CHUNK = 64 * 1024;

/**
 * Bytes of a page on their way out, in chunks of about 64 KiB.
 *
 * Callers reserve room, then write at `end` and move it themselves.
 */
export class PageBuffer {
  end = 0;
  #block: ByteBlock = byteBlock(CHUNK);
  #chunks: Uint8Array[] = [];

  get bytes(): Uint8Array {
    return this.#block.bytes;
  }

  get view(): DataView {
    return this.#block.view;
  }

  /** Whether there is a chunk to take. */
  get ready(): boolean {
    return this.#chunks.length > 0;
  }

  /** Makes sure that this many bytes fit side by side. */
  reserve(length: number): void {
    if (this.end + length > this.#block.size) this.#turn(length);
  }

  /** Writes text, any Unicode. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.end = writeText(this.bytes, this.end, text);
  }

  /** The chunks that are full. */
  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** All chunks, the last one too. */
  finish(): Uint8Array[] {
    if (this.end > 0) this.#turn(0);
    return this.take();
  }

  #turn(length: number): void {
    if (this.end > 0) this.#chunks.push(this.bytes.subarray(0, this.end));
    this.#block = byteBlock(Math.max(CHUNK, length));
    this.end = 0;
  }
}
