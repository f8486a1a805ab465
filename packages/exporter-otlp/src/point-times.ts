import { type ByteBlock, byteBlock, copyBytes, FIXED64, tag } from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';

const BITS_32 = 2 ** 32;
// Beyond it are times that 64 bits of nanoseconds cannot tell.
const MOST_MICROSECONDS = 2 ** 64 / 1000;

const START = tag(2, FIXED64);
const TIME = tag(3, FIXED64);
const TIME_LENGTH = 9;

/**
 * Writes milliseconds since the epoch as 64 bits of nanoseconds, 0 for what is no time; returns the place behind them.
 *
 * To the microsecond: a double has no more places for the present.
 */
export function writeNanoseconds(to: DataView, at: number, milliseconds: number): number {
  const microseconds = Math.round(milliseconds * 1000);
  const isTime = microseconds > 0 && microseconds < MOST_MICROSECONDS;
  const low = isTime ? (microseconds % BITS_32) * 1000 : 0;
  const high = isTime ? Math.floor(microseconds / BITS_32) * 1000 + Math.floor(low / BITS_32) : 0;
  to.setUint32(at, low, true);
  to.setUint32(at + 4, high, true);
  return at + 8;
}

/** Start and time of points, which have the same fields in all of them; neighbours of one time are worked out once. */
export class PointTimes {
  /** Of the row that was loaded. */
  time = 0;
  length = 0;
  readonly #snapshotTime: number;
  readonly #created: Float64Array | undefined;
  readonly #timestamps: Float64Array | undefined;
  readonly #block: ByteBlock = byteBlock(2 * TIME_LENGTH);
  #start = Number.NaN;

  constructor({ created, timestamps }: SeriesColumns, snapshotTime: number, hasStart: boolean) {
    this.#created = hasStart ? created : undefined;
    this.#timestamps = timestamps;
    this.#snapshotTime = snapshotTime;
  }

  load(row: number): void {
    const start = this.#startOf(row);
    const own = this.#timestamps?.[row] ?? Number.NaN;
    const time = Number.isNaN(own) ? this.#snapshotTime : own;
    if (start !== this.#start || time !== this.time) this.#encode(start, time);
  }

  copy(to: DataView, at: number): number {
    return copyBytes(this.#block.view, 0, this.length, to, at);
  }

  #startOf(row: number): number {
    const begun = this.#created?.[row];
    return begun !== undefined && begun > 0 ? begun : 0;
  }

  #encode(start: number, time: number): void {
    this.#start = start;
    this.time = time;
    const { bytes, view } = this.#block;
    let end = 0;
    if (start > 0) {
      bytes[0] = START;
      end = writeNanoseconds(view, 1, start);
    }
    bytes[end] = TIME;
    this.length = writeNanoseconds(view, end + 1, time);
  }
}
