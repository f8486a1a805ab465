/** What a protocol buffer is made of, written into bytes that have room. */

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;

const BITS_32 = 2 ** 32;

/** What stands before a field: one byte for numbers up to 15, a varint for larger ones. */
export function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

/** The bytes of a whole number from 0 to 2^64 as a varint. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  let length = 2;
  for (let rest = value / 0x4000; rest >= 1; rest /= 0x80) length++;
  return length;
}

/** Writes a whole number from 0 to 2^64, and returns the place behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  return writeLongVarint(bytes, at, value);
}

function writeLongVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  while (rest >= BITS_32) {
    bytes[end++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  rest >>>= 0;
  while (rest >= 0x80) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[end++] = rest;
  return end;
}

/** Writes a whole number from 0 to 2^64 in eight bytes, and returns the place behind them. */
export function writeFixed64(to: DataView, at: number, value: number): number {
  to.setUint32(at, value >>> 0, true);
  to.setUint32(at + 4, Math.floor(value / BITS_32), true);
  return at + 8;
}

/** Writes a double, and returns the place behind it. */
export function writeDouble(to: DataView, at: number, value: number): number {
  // The bits of another NaN could be those of a stale marker.
  if (Number.isNaN(value)) to.setBigUint64(at, NORMAL_NAN, true);
  else to.setFloat64(at, value, true);
  return at + 8;
}

const NORMAL_NAN = 0x7ff8000000000001n;

/** A signed whole number of at most 2^52 as `sint32` and `sint64` have it. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

const NEGATIVE_LENGTH = 10;

/** The bytes of a signed whole number as `int64`, in two's complement. */
export function int64Length(value: number): number {
  return value < 0 ? NEGATIVE_LENGTH : varintLength(value);
}

export function writeInt64(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeVarint(bytes, at, value);
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = 0; i < NEGATIVE_LENGTH - 1; i++, rest >>= 7n) bytes[at + i] = Number(rest & 0x7fn) | 0x80;
  bytes[at + NEGATIVE_LENGTH - 1] = 1;
  return at + NEGATIVE_LENGTH;
}
