import { writeText } from './byte-block.ts';
import type { ByteBuffer } from './byte-buffer.ts';
import {
  FIXED64,
  LENGTH_DELIMITED,
  tag,
  VARINT,
  varintLength,
  writeDouble,
  writeFixed64,
  writeInt64,
  writeVarint,
  zigzag,
} from './proto-wire.ts';

/** Fields of a protocol buffer, each appended to a buffer. */

/** The most bytes of a varint. */
const LONGEST = 10;

/** A field with a whole number from 0 to 2^64. */
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
  out.end = writeDouble(out.view, out.end, value);
}

/** A double whose eight bytes are given. */
export function bitsField(out: ByteBuffer, field: number, bits: bigint): void {
  out.reserve(2 + 8);
  out.end = writeVarint(out.bytes, out.end, tag(field, FIXED64));
  out.view.setBigUint64(out.end, bits, true);
  out.end += 8;
}

/** A whole number from 0 to 2^64 in eight bytes. */
export function fixedField(out: ByteBuffer, field: number, value: number): void {
  out.reserve(2 + 8);
  const end = writeVarint(out.bytes, out.end, tag(field, FIXED64));
  out.end = writeFixed64(out.view, end, value);
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

/** Whole numbers from 0 to 2^64 in one field, packed. */
export function packedVarints(out: ByteBuffer, field: number, values: readonly number[]): void {
  messageField(out, field, () => {
    out.reserve(values.length * LONGEST);
    for (const value of values) out.end = writeVarint(out.bytes, out.end, value);
  });
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
    for (const value of values) out.end = writeDouble(out.view, out.end, value);
  });
}

const LENGTH_ROOM = 5;
