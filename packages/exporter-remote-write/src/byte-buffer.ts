const OVERSHOOT = 16;
const encoder = new TextEncoder();

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
    const bytes = Buffer.allocUnsafeSlow(size + OVERSHOOT);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#size = size;
  }
}

/**
 * Copies bytes sixteen at a time and returns the place behind them; up to fifteen bytes behind that are overwritten.
 *
 * Cost: labels are short, and the call of a built-in copy takes longer than copying them.
 */
function copyBytes(from: DataView, start: number, end: number, to: DataView, at: number): number {
  for (let i = start, j = at; i < end; i += 16, j += 16) {
    to.setBigInt64(j, from.getBigInt64(i, true), true);
    to.setBigInt64(j + 8, from.getBigInt64(i + 8, true), true);
  }
  return at + end - start;
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // What is not well-formed Unicode becomes U+FFFD.
    if (code > 127) return at + i + encoder.encodeInto(text.slice(i), bytes.subarray(at + i)).written;
    bytes[at + i] = code;
  }
  return at + text.length;
}
