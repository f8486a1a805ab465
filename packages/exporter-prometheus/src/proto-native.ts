import { BucketSpans, type ExponentialBuckets, type ExponentialColumns, exponentialOf } from '@oriel/metrics';
import type { ProtoBody } from './proto-body.ts';
import { isCount } from './proto-count.ts';
import { writeExemplar } from './proto-exemplar.ts';
import { spanCounts } from './span-counts.ts';
import { isTime } from './time-text.ts';

/** What a row of an exponential histogram has beside its count, sum and classic buckets. */
export interface NativeBuckets {
  /** Whether every count of a row is whole, and no difference of two is too large for a `sint64`. */
  areCounts(row: number): boolean;
  write(body: ProtoBody, row: number, asFloat: boolean): void;
}

// Up to here a difference and its sign are one whole number.
const MOST = 2 ** 52;

const negativeFields = { span: 9, delta: 10, count: 11 } as const;
const positiveFields = { span: 12, delta: 13, count: 14 } as const;

export function nativeBuckets(columns: ExponentialColumns): NativeBuckets {
  const spans = new BucketSpans();
  return {
    areCounts(row) {
      const { starts, counts, zeroCounts } = columns;
      for (let i = starts[row]; i < starts[row + 1]; i++)
        if (!isCount(counts[i]) || counts[i] > MOST) return false;
      return isCount(zeroCounts[row]);
    },
    write(body, row, asFloat) {
      const one = exponentialOf(columns, row);
      body.signed(5, one.schema);
      body.double(6, one.zeroThreshold);
      body.count(7, 8, one.zeroCount, asFloat);
      spans.load(one.negative);
      writeSpans(body, spans, one.negative, negativeFields, asFloat);
      spans.load(one.positive);
      const isBare = one.positive.indices.length + one.negative.indices.length + one.zeroCount === 0;
      if (isBare && one.zeroThreshold === 0) spans.loadEmpty();
      writeSpans(body, spans, one.positive, positiveFields, asFloat);
      for (const exemplar of columns.exemplars?.get(row) ?? []) {
        // Here an exemplar without a time is refused.
        if (isTime(exemplar.timestamp)) writeExemplar(body, 16, exemplar);
      }
    },
  };
}

function writeSpans(
  body: ProtoBody,
  spans: BucketSpans,
  buckets: ExponentialBuckets,
  fields: typeof negativeFields | typeof positiveFields,
  asFloat: boolean,
): void {
  const { offsets, lengths, deltas } = spans;
  for (let i = 0; i < offsets.length; i++) {
    body.message(fields.span, () => {
      body.signed(1, offsets[i]);
      body.varint(2, lengths[i]);
    });
  }
  if (deltas.length === 0) return;
  if (asFloat) body.packedDoubles(fields.count, spanCounts(spans, buckets));
  else body.packedSigned(fields.delta, deltas);
}
