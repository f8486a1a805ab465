import {
  FIXED64,
  LENGTH_DELIMITED,
  tag,
  VARINT,
  varintLength,
  writeInt64,
  writeText,
  writeVarint,
  zigzag,
} from '@oriel/encoding';
import type { ByteBuffer } from './byte-buffer.ts';

/** Fields of a protocol buffer, each appended to a buffer. */

/** The most bytes of a varint. */
const LONGEST = 10;

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
  const end = writeVarint(out.bytes, out.end, tag(field, VARINT));
  out.end = writeInt64(out.bytes, end, value);
}

export function doubleField(out: ByteBuffer, field: number, value: number): void {
  out.reserve(2 + 8);
  out.end = writeVarint(out.bytes, out.end, tag(field, FIXED64));
  appendDouble(out, value);
}

/** A double whose eight bytes are given. */
export function bitsField(out: ByteBuffer, field: number, bits: bigint): void {
  out.reserve(2 + 8);
  out.end = writeVarint(out.bytes, out.end, tag(field, FIXED64));
  out.view.setBigUint64(out.end, bits, true);
  out.end += 8;
}

export function textField(out: ByteBuffer, field: number, text: string): void {
  out.reserve(2 + LENGTH_ROOM + 3 * text.length);
  const at = writeVarint(out.bytes, out.end, tag(field, LENGTH_DELIMITED));
  // Most texts have as many bytes as characters.
  const start = at + varintLength(text.length);
  const end = writeText(out.bytes, start, text);
  const from = writeVarint(out.bytes, at, end - start);
  out.end = from + end - start;
  if (end - start === text.length) return;
  writeText(out.bytes, from, text);
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
    for (const value of values) appendDouble(out, value);
  });
}

const LENGTH_ROOM = 5;

function appendDouble(out: ByteBuffer, value: number): void {
  setDouble(out.view, out.end, value);
  out.end += 8;
}

/** Writes a double; NaN always with the same bits, as those of another one could be a stale marker's. */
export function setDouble(view: DataView, at: number, value: number): void {
  if (Number.isNaN(value)) view.setBigUint64(at, NORMAL_NAN, true);
  else view.setFloat64(at, value, true);
}

const NORMAL_NAN = 0x7ff8000000000001n;
