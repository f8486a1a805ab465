import type { ByteBuffer } from './byte-buffer.ts';

/** What a protocol buffer is made of. */

const VARINT = 0;
const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;

const BITS_32 = 2 ** 32;
const LONGEST = 10;

/** The bytes before a field; fields above 15 take two. */
export function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

/** The bytes of a whole number from 0 to 2^53 as a varint. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  let length = 2;
  for (let rest = value / 0x4000; rest >= 1; rest /= 0x80) length++;
  return length;
}

/** Writes a whole number from 0 to 2^53 where there is room, and returns the place behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  while (rest >= BITS_32) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  rest >>>= 0;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

/** A field with a whole number from 0 to 2^53. */
export function varintField(out: ByteBuffer, field: number, value: number): void {
  out.reserve(2 + LONGEST);
  const end = writeVarint(out.bytes, out.end, tag(field, VARINT));
  out.end = writeVarint(out.bytes, end, value);
}

/** A field with a signed whole number as `sint32` and `sint64` have it. */
export function zigzagField(out: ByteBuffer, field: number, value: number): void {
  varintField(out, field, zigzag(value));
}

/** A field with a signed whole number as `int64` has it, in two's complement. */
export function int64Field(out: ByteBuffer, field: number, value: number): void {
  out.reserve(2 + LONGEST);
  let end = writeVarint(out.bytes, out.end, tag(field, VARINT));
  if (value >= 0) {
    out.end = writeVarint(out.bytes, end, value);
    return;
  }
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = 1; i < LONGEST; i++, rest >>= 7n) out.bytes[end++] = Number(rest & 0x7fn) | 0x80;
  out.bytes[end++] = 1;
  out.end = end;
}

export function doubleField(out: ByteBuffer, field: number, value: number): void {
  out.reserve(2 + 8);
  out.end = writeVarint(out.bytes, out.end, tag(field, FIXED64));
  writeDouble(out, value);
}

/** A double whose eight bytes are given. */
export function bitsField(out: ByteBuffer, field: number, bits: bigint): void {
  out.reserve(2 + 8);
  out.end = writeVarint(out.bytes, out.end, tag(field, FIXED64));
  out.view.setBigUint64(out.end, bits, true);
  out.end += 8;
}

export function textField(out: ByteBuffer, field: number, text: string): void {
  messageField(out, field, () => out.text(text));
}

/** A message inside, or anything else with a length before it: what `write` appends. */
export function messageField(out: ByteBuffer, field: number, write: () => void): void {
  out.reserve(2 + LENGTH_ROOM);
  out.end = writeVarint(out.bytes, out.end, tag(field, LENGTH_DELIMITED));
  // Five bytes are left for the length, and most are given back.
  const start = out.end + LENGTH_ROOM;
  out.end = start;
  write();
  const length = out.end - start;
  const from = writeVarint(out.bytes, start - LENGTH_ROOM, length);
  out.bytes.copyWithin(from, start, out.end);
  out.end = from + length;
}

/** Signed whole numbers in one field, packed. */
export function packedZigzags(out: ByteBuffer, field: number, values: readonly number[]): void {
  messageField(out, field, () => {
    out.reserve(values.length * LONGEST);
    for (const value of values) out.end = writeVarint(out.bytes, out.end, zigzag(value));
  });
}

export function packedDoubles(out: ByteBuffer, field: number, values: readonly number[]): void {
  messageField(out, field, () => {
    out.reserve(values.length * 8);
    for (const value of values) writeDouble(out, value);
  });
}

const LENGTH_ROOM = 5;

function writeDouble(out: ByteBuffer, value: number): void {
  // The bits of another NaN could be those of a stale marker.
  if (Number.isNaN(value)) out.view.setBigUint64(out.end, NORMAL_NAN, true);
  else out.view.setFloat64(out.end, value, true);
  out.end += 8;
}

const NORMAL_NAN = 0x7ff8000000000001n;

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
