import { type ByteBlock, byteBlock, writeText } from '@oriel/encoding';

const CHUNK = 64 * 1024;
const MOST_BYTES_A_UNIT = 3;

/**
 * Bytes of a page on their way out, in chunks of at most 64 KiB; a longer one holds a single longer line.
 *
 * Callers reserve room, then write at `end` and move it themselves. A chunk that was taken is not touched again.
 */
export class PageBuffer {
  end = 0;
  #block: ByteBlock = byteBlock(CHUNK);
  #chunks: Uint8Array[] = [];
  /** Blocks whose chunks are with the consumer, by their memory, and those that came back. */
  readonly #given = new WeakMap<ArrayBufferLike, ByteBlock>();
  readonly #spare: ByteBlock[] = [];

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
    if (this.end + length > CHUNK) this.#turn(length);
  }

  /** Writes text, any Unicode. */
  text(text: string): void {
    const most = text.length * MOST_BYTES_A_UNIT;
    if (most > CHUNK) {
      this.#longText(text);
      return;
    }
    this.reserve(most);
    this.end = writeText(this.bytes, this.end, text);
  }

  /** The chunks that are full. */
  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** Takes back a chunk that nobody reads any more, to write to it again; anything else is left alone. */
  reuse(chunk: Uint8Array): void {
    const block = this.#given.get(chunk.buffer);
    if (block === undefined || block.size > CHUNK) return;
    this.#given.delete(chunk.buffer);
    this.#spare.push(block);
  }

  /** All chunks, the last one too. */
  finish(): Uint8Array[] {
    if (this.end > 0) this.#turn(0);
    return this.take();
  }

  #longText(text: string): void {
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += CHUNK) {
      const piece = bytes.subarray(start, start + CHUNK);
      this.reserve(piece.length);
      this.bytes.set(piece, this.end);
      this.end += piece.length;
    }
  }

  // A block that is larger than a chunk is left after the line it was made for.
  #turn(length: number): void {
    if (this.end > 0) this.#give();
    else if (length <= this.#block.size) return;
    const spare = length <= CHUNK ? this.#spare.pop() : undefined;
    this.#block = spare ?? byteBlock(Math.max(CHUNK, length));
    this.end = 0;
  }

  #give(): void {
    this.#given.set(this.bytes.buffer, this.#block);
    this.#chunks.push(this.bytes.subarray(0, this.end));
  }
}

/** Chunks of a page; `next(chunk)` gives one back that nobody reads any more, to be written again. */
export type Chunks = Generator<Uint8Array, void, Uint8Array | undefined>;

/** Gives chunks away, and takes back what comes for them. */
export function* given(page: PageBuffer, chunks: readonly Uint8Array[]): Chunks {
  for (const chunk of chunks) {
    const spent = yield chunk;
    if (spent !== undefined) page.reuse(spent);
  }
}
