import {
  int64Length,
  type LabelWriter,
  LENGTH_DELIMITED,
  tag,
  VARINT,
  varintLength,
  writeInt64,
  writeVarint,
} from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import type { PageBuffer } from './page-buffer.ts';
import type { ProtoRows } from './proto-message.ts';
import { contentLength, METRIC } from './proto-metric.ts';
import { isTime } from './time-text.ts';

const TIMESTAMP = tag(6, VARINT);
/** The most bytes of the numbers around a metric's labels and message. */
const AROUND = 40;

/** Metrics measured in one step. */
export const MEASURED_AT_ONCE = 4096;

/** The metrics of one part: measured first, all of them, then written. */
export interface ProtoPart {
  readonly metrics: number;
  /** The bytes that {@link MEASURED_AT_ONCE} metrics take within the family, or those that are left. */
  measure(from: number, to: number): number;
  /** Writes metrics until a chunk is full, and returns the one to go on with. */
  write(page: PageBuffer, from: number): number;
}

/** Metrics of one part: its rows, or for a state set a metric for each state of each row. */
export class MetricPart implements ProtoPart {
  readonly metrics: number;
  readonly #timestamps: Float64Array | undefined;
  readonly #each: number;
  readonly #rows: ProtoRows;
  readonly #labels: LabelWriter;
  /** Of the metrics, measured once. */
  readonly #lengths: Uint32Array;

  constructor({ rows, timestamps }: SeriesColumns, form: ProtoRows, labels: LabelWriter, each: number) {
    this.metrics = rows * each;
    this.#each = each;
    this.#timestamps = timestamps;
    this.#rows = form;
    this.#labels = labels;
    this.#lengths = new Uint32Array(this.metrics);
  }

  measure(from: number, to: number): number {
    const rows = this.#rows;
    const labels = this.#labels;
    let sum = 0;
    for (let metric = from; metric < to; metric++) {
      const message = rows.lengthOf(metric);
      const around = 1 + varintLength(message) + this.#timestampLength(metric);
      const length = labels.lengthOf(metric) + message + around;
      this.#lengths[metric] = length;
      sum += 1 + varintLength(length) + length;
    }
    return sum;
  }

  write(page: PageBuffer, from: number): number {
    const rows = this.#rows;
    const labels = this.#labels;
    const fieldTag = tag(rows.field, LENGTH_DELIMITED);
    const lengths = this.#lengths;
    for (let metric = from; metric < lengths.length; metric++) {
      const length = lengths[metric];
      page.reserve(length + AROUND);
      const { bytes, view } = page;
      bytes[page.end] = METRIC;
      const start = writeVarint(bytes, page.end + 1, length);
      let end = labels.copy(metric, view, start);
      bytes[end] = fieldTag;
      const rest = length - (end - start) - this.#timestampLength(metric);
      end = writeVarint(bytes, end + 1, contentLength(rest));
      end = rows.write(view, bytes, end, metric);
      page.end = this.#writeTimestamp(bytes, end, metric);
      if (page.ready) return metric + 1;
    }
    return this.metrics;
  }

  #timestampOf(metric: number): number {
    return this.#timestamps === undefined ? Number.NaN : this.#timestamps[Math.floor(metric / this.#each)];
  }

  #timestampLength(metric: number): number {
    const time = this.#timestampOf(metric);
    return isTime(time) ? 1 + int64Length(Math.trunc(time)) : 0;
  }

  #writeTimestamp(bytes: Uint8Array, at: number, metric: number): number {
    const time = this.#timestampOf(metric);
    if (!isTime(time)) return at;
    bytes[at] = TIMESTAMP;
    return writeInt64(bytes, at + 1, Math.trunc(time));
  }
}
