import {
  type ByteBlock,
  byteBlock,
  copyBytes,
  int64Length,
  LENGTH_DELIMITED,
  tag,
  VARINT,
  varintLength,
  writeInt64,
  writeVarint,
} from '@oriel/encoding';
import { isTime } from './time-text.ts';

/** The bytes of a `google.protobuf.Timestamp`, fewer than 128. */
function timeLength(milliseconds: number): number {
  const nanos = nanosOf(milliseconds);
  return 1 + int64Length(secondsOf(milliseconds)) + (nanos === 0 ? 0 : 1 + varintLength(nanos));
}

/** Writes a `google.protobuf.Timestamp { seconds = 1, nanos = 2 }` and returns the place behind it. */
export function writeTime(bytes: Uint8Array, at: number, milliseconds: number): number {
  bytes[at] = tag(1, VARINT);
  const end = writeInt64(bytes, at + 1, secondsOf(milliseconds));
  const nanos = nanosOf(milliseconds);
  if (nanos === 0) return end;
  bytes[end] = tag(2, VARINT);
  return writeVarint(bytes, end + 1, nanos);
}

/** Rows' start times as a field; neighbours that began at the same time are worked out once. */
export class StartTimes {
  readonly #tag: number;
  readonly #created: Float64Array | undefined;
  readonly #field: ByteBlock = byteBlock(32);
  #time = Number.NaN;
  #length = 0;

  constructor(field: number, created: Float64Array | undefined) {
    this.#tag = tag(field, LENGTH_DELIMITED);
    this.#created = created;
  }

  /** The bytes of a row's field; none where no time is known. */
  lengthOf(row: number): number {
    if (this.#created === undefined) return 0;
    const time = this.#created[row];
    if (time === this.#time) return this.#length;
    this.#time = time;
    this.#length = isTime(time) ? this.#encode(time) : 0;
    return this.#length;
  }

  write(to: DataView, at: number, row: number): number {
    const length = this.lengthOf(row);
    return length === 0 ? at : copyBytes(this.#field.view, 0, length, to, at);
  }

  #encode(time: number): number {
    const { bytes } = this.#field;
    bytes[0] = this.#tag;
    bytes[1] = timeLength(time);
    return writeTime(bytes, 2, time);
  }
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

// Never a whole second: that would be no time.
function nanosOf(milliseconds: number): number {
  return Math.min(999_999_999, Math.round((milliseconds - secondsOf(milliseconds) * 1000) * 1e6));
}
