import {
  ByteBuffer,
  copyBytes,
  doubleField,
  fixedField,
  messageField,
  packedVarints,
  zigzagField,
} from '@oriel/encoding';
import { type ExponentialPoint, exponentialOf, exponentialPoint } from '@oriel/metrics';
import { type PointFields, PointFrame, type PointSource, type PointWriter } from './point-frame.ts';
import { PointAttributes } from './proto-attributes.ts';
import { MOST_BUCKETS } from './request-encoder.ts';

const fields: PointFields = { attributes: new PointAttributes(1), exemplars: 11 };

/** Points of exponential histograms. */
export class ExponentialPoints implements PointWriter {
  readonly #frame: PointFrame;
  readonly #numbers = new ByteBuffer();

  constructor(source: PointSource) {
    this.#frame = new PointFrame(source, fields);
  }

  write(out: ByteBuffer, row: number): void {
    const frame = this.#frame;
    const { stride, values, exponential } = frame.part;
    if (exponential === undefined) return;
    const exemplars = frame.load(row);
    for (const exemplar of exponential.exemplars?.get(row) ?? []) exemplars.add(exemplar, frame.time);
    this.#load(
      exponentialPoint(exponentialOf(exponential, row), MOST_BUCKETS),
      values[(row + 1) * stride - 1],
    );
    const numbers = this.#numbers;
    const at = frame.open(out, row, numbers.end);
    frame.close(out, copyBytes(numbers.view, 0, numbers.end, out.view, at));
  }

  #load({ count, scale, zeroCount, zeroThreshold, positive, negative }: ExponentialPoint, sum: number): void {
    const out = this.#numbers;
    out.end = 0;
    fixedField(out, 4, count);
    if (!Number.isNaN(sum)) doubleField(out, 5, sum);
    zigzagField(out, 6, scale);
    fixedField(out, 7, zeroCount);
    writeBuckets(out, 8, positive);
    writeBuckets(out, 9, negative);
    doubleField(out, 14, zeroThreshold);
  }
}

function writeBuckets(
  out: ByteBuffer,
  field: number,
  { offset, bucketCounts }: ExponentialPoint['positive'],
): void {
  messageField(out, field, () => {
    if (bucketCounts.length === 0) return;
    zigzagField(out, 1, offset);
    packedVarints(out, 2, bucketCounts);
  });
}
