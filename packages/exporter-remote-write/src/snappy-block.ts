import { ByteBuffer } from '@oriel/encoding';

const FRAGMENT = 1 << 16;
/** So much before the end of a fragment no match begins, so that four bytes can be read at once. */
const MARGIN = 15;
const HASH_BITS = 14;
const LONGEST_COPY = 64;

/**
 * Compresses bytes into one snappy block.
 *
 * Cost: about a second for each GiB of repeating labels; for the few hundred KiB of a request less than the way to
 * another thread and back. Nothing to install, to load or to bundle.
 * Source: format_description.txt of google/snappy. Block format, not the framed one.
 */
export class SnappyBlock {
  readonly #table = new Uint16Array(1 << HASH_BITS);
  readonly #out = new ByteBuffer(FRAGMENT);

  /** Does so in one go. The result is overwritten by the next call. */
  compress(input: Uint8Array): Uint8Array {
    let step: IteratorResult<void, Uint8Array>;
    const steps = this.steps(input);
    do step = steps.next();
    while (!step.done);
    return step.value;
  }

  /** Does so in steps of 64 KiB, well below a millisecond each. */
  *steps(input: Uint8Array): Generator<void, Uint8Array> {
    const out = this.#out;
    out.end = 0;
    // Literals only, as nothing matches, is the longest that can come.
    out.reserve(16 + input.length + Math.ceil(input.length / 6));
    out.end = writeLength(out.bytes, input.length);
    const from = new DataView(input.buffer, input.byteOffset, input.length);
    for (let start = 0; start < input.length; start += FRAGMENT) {
      this.#fragment(input, from, start, Math.min(input.length, start + FRAGMENT));
      yield;
    }
    return out.written;
  }

  #fragment(input: Uint8Array, from: DataView, start: number, end: number): void {
    const table = this.#table;
    const limit = end - MARGIN;
    let written = start;
    let at = start + 1;
    table.fill(0);
    // The longer nothing is found, the larger the steps: what cannot be compressed is passed over quickly.
    for (let misses = 32; at < limit; at += misses++ >> 5) {
      const four = from.getInt32(at, true);
      const slot = slotOf(four);
      const found = start + table[slot];
      table[slot] = at - start;
      if (from.getInt32(found, true) !== four) continue;
      if (written < at) this.#literal(input, written, at);
      const after = matchEnd(from, found + 4, at + 4, end);
      this.#copy(at - found, after - at);
      written = after;
      at = after;
      misses = 32;
      if (at >= limit) break;
      table[slotOf(from.getInt32(at - 1, true))] = at - 1 - start;
      at -= 1;
    }
    if (written < end) this.#literal(input, written, end);
  }

  #literal(input: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    const { bytes } = out;
    const last = end - start - 1;
    let at = out.end;
    if (last < 60) {
      bytes[at++] = last << 2;
    } else if (last < 0x100) {
      bytes[at++] = 60 << 2;
      bytes[at++] = last;
    } else {
      bytes[at++] = 61 << 2;
      bytes[at++] = last & 0xff;
      bytes[at++] = last >> 8;
    }
    if (last < 32) for (let i = start; i < end; i++) bytes[at++] = input[i];
    else {
      bytes.set(input.subarray(start, end), at);
      at += last + 1;
    }
    out.end = at;
  }

  #copy(offset: number, length: number): void {
    const out = this.#out;
    const { bytes } = out;
    let at = out.end;
    // No copy may be longer, and the short form begins at four.
    while (length > LONGEST_COPY + 3) {
      at = writeCopy(bytes, at, offset, LONGEST_COPY);
      length -= LONGEST_COPY;
    }
    if (length > LONGEST_COPY) {
      at = writeCopy(bytes, at, offset, LONGEST_COPY - 4);
      length -= LONGEST_COPY - 4;
    }
    if (length < 12 && offset < 2048) {
      bytes[at++] = 1 | ((length - 4) << 2) | ((offset >> 8) << 5);
      bytes[at++] = offset & 0xff;
    } else at = writeCopy(bytes, at, offset, length);
    out.end = at;
  }
}

function writeCopy(bytes: Uint8Array, at: number, offset: number, length: number): number {
  bytes[at] = 2 | ((length - 1) << 2);
  bytes[at + 1] = offset & 0xff;
  bytes[at + 2] = offset >> 8;
  return at + 3;
}

function slotOf(four: number): number {
  return Math.imul(four, 0x1e35a7bd) >>> (32 - HASH_BITS);
}

/** The end of what is equal from two places on. */
function matchEnd(from: DataView, found: number, at: number, end: number): number {
  while (at + 4 <= end) {
    const differs = from.getInt32(found, true) ^ from.getInt32(at, true);
    if (differs !== 0) return at + ((31 - Math.clz32(differs & -differs)) >> 3);
    found += 4;
    at += 4;
  }
  while (at < end && from.getUint8(found) === from.getUint8(at)) {
    found++;
    at++;
  }
  return at;
}

function writeLength(bytes: Uint8Array, length: number): number {
  let at = 0;
  for (; length >= 0x80; length = Math.floor(length / 0x80)) bytes[at++] = (length & 0x7f) | 0x80;
  bytes[at++] = length;
  return at;
}
