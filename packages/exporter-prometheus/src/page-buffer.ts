import { type ByteBlock, byteBlock, writeText } from '@oriel/encoding';

const CHUNK = 64 * 1024;
const MOST_BYTES_A_UNIT = 3;

/** Blocks that came back, for the pages to come: fresh memory for each would keep the collector busy. */
const MOST_SPARE = 64;
const spare: ByteBlock[] = [];
/** Blocks whose chunks are with a consumer, by their memory. */
const lent = new WeakMap<ArrayBufferLike, ByteBlock>();

/** Takes back a chunk of a page that nobody reads any more; anything else is left alone. */
export function giveBack(chunk: Uint8Array): void {
  const block = lent.get(chunk.buffer);
  if (block === undefined) return;
  lent.delete(chunk.buffer);
  if (spare.length < MOST_SPARE) spare.push(block);
}

/**
 * Bytes of a page on their way out, in chunks of at most 64 KiB; a longer one holds a single longer line.
 *
 * Callers reserve room, then write at `end` and move it themselves. A chunk that was taken is not touched again.
 */
export class PageBuffer {
  end = 0;
  #block: ByteBlock = spare.pop() ?? byteBlock(CHUNK);
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

  /** How many bytes fit behind those that are there. */
  get room(): number {
    return this.#block.size - this.end;
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

  /** All chunks, the last one too. */
  finish(): Uint8Array[] {
    if (this.end > 0) this.#give();
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
    this.#block = (length <= CHUNK ? spare.pop() : undefined) ?? byteBlock(Math.max(CHUNK, length));
    this.end = 0;
  }

  #give(): void {
    if (this.#block.size === CHUNK) lent.set(this.bytes.buffer, this.#block);
    this.#chunks.push(this.bytes.subarray(0, this.end));
  }
}

/** Chunks of a page; `next(chunk)` gives one back that nobody reads any more, to be written again. */
export type Chunks = Generator<Uint8Array, void, Uint8Array | undefined>;

/** Gives chunks away, and takes back what comes for them. */
export function* given(chunks: readonly Uint8Array[]): Chunks {
  for (const chunk of chunks) {
    const spent = yield chunk;
    if (spent !== undefined) giveBack(spent);
  }
}
