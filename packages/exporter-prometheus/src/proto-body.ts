import {
  type ByteBlock,
  byteBlock,
  FIXED64,
  LENGTH_DELIMITED,
  tag,
  VARINT,
  varintLength,
  writeText,
  writeVarint,
  zigzag,
} from '@oriel/encoding';
import { nearestCount } from './proto-count.ts';
import { writeTime } from './proto-time.ts';
import { isTime } from './time-text.ts';

/** A message under construction, of any size; to be emptied and filled again. */
export class ProtoBody {
  #block: ByteBlock = byteBlock(1024);
  #end = 0;

  get view(): DataView {
    return this.#block.view;
  }

  get length(): number {
    return this.#end;
  }

  clear(): void {
    this.#end = 0;
  }

  double(field: number, value: number): void {
    this.#room(10);
    this.#tag(field, FIXED64);
    this.#block.view.setFloat64(this.#end, value, true);
    this.#end += 8;
  }

  /** A field of a whole number from 0 to 2^64. */
  varint(field: number, value: number): void {
    this.#room(12);
    this.#tag(field, VARINT);
    this.#end = writeVarint(this.#block.bytes, this.#end, value);
  }

  signed(field: number, value: number): void {
    this.varint(field, zigzag(value));
  }

  /** A time in milliseconds since the epoch; nothing where it is none. */
  time(field: number, milliseconds: number | undefined): void {
    if (!isTime(milliseconds)) return;
    this.#room(40);
    this.message(field, () => {
      this.#end = writeTime(this.#block.bytes, this.#end, milliseconds);
    });
  }

  text(field: number, text: string): void {
    const most = text.length * 3;
    this.#room(most + 12);
    this.#tag(field, LENGTH_DELIMITED);
    const start = this.#end + 1;
    this.#end = writeText(this.#block.bytes, start, text.toWellFormed());
    this.#close(start);
  }

  /** A message inside: what `write` adds. */
  message(field: number, write: () => void): void {
    this.#room(12);
    this.#tag(field, LENGTH_DELIMITED);
    const start = this.#end + 1;
    this.#end = start;
    write();
    this.#close(start);
  }

  /** Whole signed numbers in one field, packed. */
  packedSigned(field: number, values: readonly number[]): void {
    this.#room(12 + values.length * 9);
    this.message(field, () => {
      for (const value of values) this.#end = writeVarint(this.#block.bytes, this.#end, zigzag(value));
    });
  }

  packedDoubles(field: number, values: readonly number[]): void {
    this.#room(12 + values.length * 8);
    this.message(field, () => {
      for (const value of values) {
        this.#block.view.setFloat64(this.#end, value, true);
        this.#end += 8;
      }
    });
  }

  /** A count: in its own field if it is whole, else as a double in the other one. */
  count(field: number, floatField: number, value: number, asFloat: boolean): void {
    if (asFloat) this.double(floatField, value);
    else this.varint(field, nearestCount(value));
  }

  // The length stands before what it is of: one byte was left for it, which is enough for most.
  #close(start: number): void {
    const length = this.#end - start;
    const more = varintLength(length) - 1;
    if (more > 0) {
      this.#room(more);
      this.#block.bytes.copyWithin(start + more, start, this.#end);
      this.#end += more;
    }
    writeVarint(this.#block.bytes, start - 1, length);
  }

  #tag(field: number, wireType: number): void {
    this.#end = writeVarint(this.#block.bytes, this.#end, tag(field, wireType));
  }

  #room(length: number): void {
    if (this.#end + length <= this.#block.size) return;
    const larger = byteBlock(2 * (this.#end + length));
    larger.bytes.set(this.#block.bytes.subarray(0, this.#end));
    this.#block = larger;
  }
}
