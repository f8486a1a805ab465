import {
  ByteBuffer,
  copyBytes,
  FIXED64,
  LENGTH_DELIMITED,
  packedDoubles,
  tag,
  varintLength,
  writeDouble,
  writeFixed64,
  writeVarint,
} from '@oriel/encoding';
import { type PointFields, PointFrame, type PointSource, type PointWriter } from './point-frame.ts';
import { PointAttributes } from './proto-attributes.ts';

const fields: PointFields = { attributes: new PointAttributes(9), exemplars: 8 };
const COUNT = tag(4, FIXED64);
const SUM = tag(5, FIXED64);
const BUCKET_COUNTS = tag(6, LENGTH_DELIMITED);
const BOUNDS_FIELD = 7;
const NUMBER_LENGTH = 9;

/** Points of histograms with explicit bounds. */
export class HistogramPoints implements PointWriter {
  readonly #frame: PointFrame;
  readonly #bounds: ByteBuffer;
  /** Bytes of the counts, without what is before them. */
  readonly #counts: number;

  constructor(source: PointSource) {
    this.#frame = new PointFrame(source, fields);
    this.#bounds = new ByteBuffer();
    const { points } = source.range.part;
    if (points.length > 0) packedDoubles(this.#bounds, BOUNDS_FIELD, points);
    this.#counts = 8 * (points.length + 1);
  }

  write(out: ByteBuffer, row: number): void {
    const frame = this.#frame;
    const { stride, values } = frame.part;
    const [first, last] = [row * stride, (row + 1) * stride - 1];
    const sum = values[last];
    this.#loadExemplars(row);
    const around = NUMBER_LENGTH + (Number.isNaN(sum) ? 0 : NUMBER_LENGTH) + this.#bounds.end;
    const packed = 1 + varintLength(this.#counts) + this.#counts;
    let end = frame.open(out, row, around + packed);
    const { bytes, view } = out;
    bytes[end] = BUCKET_COUNTS;
    end = writeVarint(bytes, end + 1, this.#counts);
    let count = 0;
    for (let cell = first; cell < last; cell++) {
      count += values[cell];
      end = writeFixed64(view, end, values[cell]);
    }
    bytes[end] = COUNT;
    end = writeFixed64(view, end + 1, count);
    if (!Number.isNaN(sum)) {
      bytes[end] = SUM;
      end = writeDouble(view, end + 1, sum);
    }
    frame.close(out, copyBytes(this.#bounds.view, 0, this.#bounds.end, view, end));
  }

  // One of each bucket.
  #loadExemplars(row: number): void {
    const frame = this.#frame;
    const { exemplars, stride } = frame.part;
    const found = frame.load(row);
    if (exemplars === undefined) return;
    for (let cell = row * stride; cell < (row + 1) * stride - 1; cell++)
      found.add(exemplars.get(cell), frame.time);
  }
}
