import {
  type ByteBuffer,
  bitsField,
  doubleField,
  int64Field,
  messageField,
  packedDoubles,
  packedZigzags,
  varintField,
  zigzagField,
} from '@oriel/encoding';
import { BucketSpans, countOf, exponentialOf, type SeriesColumns, sumOf } from '@oriel/metrics';
import { STALE_BITS } from './series-body.ts';

/** When a histogram was taken and, NaN for none, when counting began. */
export interface HistogramTimes {
  readonly time: number;
  readonly start: number;
}

/** Writes the exponential buckets of a row as a native histogram, in the given field. */
export class NativeHistogram {
  readonly #field: number;
  readonly #spans = new BucketSpans();

  constructor(field: number) {
    this.#field = field;
  }

  write(out: ByteBuffer, columns: SeriesColumns, row: number, { time, start }: HistogramTimes): void {
    const { schema, zeroThreshold, zeroCount, positive, negative } = exponentialOf(columns.exponential!, row);
    const count = countOf(columns, 'exponential_histogram', row);
    const counts = [positive.counts, negative.counts].flatMap((each) => Array.from(each));
    const asFloat = ![count, zeroCount, ...counts].every((each) => Number.isSafeInteger(each) && each >= 0);
    messageField(out, this.#field, () => {
      writeCount(out, [1, 2], count, asFloat);
      doubleField(out, 3, sumOf(columns, 'exponential_histogram', row));
      zigzagField(out, 4, schema);
      doubleField(out, 5, zeroThreshold);
      writeCount(out, [6, 7], zeroCount, asFloat);
      this.#spans.load(negative);
      this.#writeBuckets(out, [8, 9, 10], asFloat);
      this.#spans.load(positive);
      this.#writeBuckets(out, [11, 12, 13], asFloat);
      int64Field(out, 15, time);
      if (start > 0) int64Field(out, 17, start);
    });
  }

  /** The end of a series of histograms. */
  stale(out: ByteBuffer, time: number): void {
    messageField(out, this.#field, () => {
      varintField(out, 1, 0);
      bitsField(out, 3, STALE_BITS);
      varintField(out, 6, 0);
      int64Field(out, 15, time);
    });
  }

  #writeBuckets(out: ByteBuffer, fields: readonly [number, number, number], asFloat: boolean): void {
    const { offsets, lengths, deltas } = this.#spans;
    const [spanField, deltaField, countField] = fields;
    for (const [i, offset] of offsets.entries()) {
      messageField(out, spanField, () => {
        zigzagField(out, 1, offset);
        varintField(out, 2, lengths[i]);
      });
    }
    if (deltas.length === 0) return;
    if (asFloat) packedDoubles(out, countField, runningSums(deltas));
    else packedZigzags(out, deltaField, deltas);
  }
}

// A fraction makes all counts doubles, in fields of their own.
function writeCount(
  out: ByteBuffer,
  [whole, float]: readonly [number, number],
  count: number,
  asFloat: boolean,
): void {
  if (asFloat) doubleField(out, float, count);
  else varintField(out, whole, count);
}

function runningSums(deltas: readonly number[]): number[] {
  let sum = 0;
  return deltas.map((delta) => {
    sum += delta;
    return sum;
  });
}
