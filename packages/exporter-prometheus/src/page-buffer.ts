const CHUNK = 64 * 1024;

/**
 * Bytes of a page on their way out, in chunks of about 64 KiB.
 *
 * Callers reserve room, then write at `bytes[end]` and move `end` themselves.
 */
export class PageBuffer {
  bytes: Uint8Array = Buffer.allocUnsafeSlow(CHUNK);
  end = 0;
  #chunks: Uint8Array[] = [];

  /** Whether there is a chunk to take. */
  get ready(): boolean {
    return this.#chunks.length > 0;
  }

  /** Makes sure that this many bytes fit side by side. */
  reserve(length: number): void {
    if (this.end + length > this.bytes.length) this.#turn(length);
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
    this.bytes = Buffer.allocUnsafeSlow(Math.max(CHUNK, length));
    this.end = 0;
  }
}

/** Writes text as UTF-8 from `at` on, and returns the place behind it. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return at + i + encoder.encodeInto(text.slice(i), bytes.subarray(at + i)).written;
    bytes[at + i] = code;
  }
  return at + text.length;
}

/** Copies bytes; for the short runs of a page a loop beats the call of a built-in. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  for (let i = start; i < end; i++) to[at++] = from[i];
  return at;
}

const encoder = new TextEncoder();
