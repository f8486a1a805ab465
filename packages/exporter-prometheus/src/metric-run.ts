import {
  byteBlock,
  FIXED64,
  type LabelWriter,
  LENGTH_DELIMITED,
  tag,
  varintLength,
  writeVarint,
} from '@oriel/encoding';
import type { LabelColumns } from '@oriel/metrics';
import type { PageBuffer } from './page-buffer.ts';
import { contentLength, METRIC } from './proto-metric.ts';

const VALUE = tag(1, FIXED64);
const VALUE_LENGTH = 9;
const DOUBLE_LENGTH = 8;

/** Rows whose metrics are their labels and one message with nothing but a value. */
export interface RunSource {
  /** The number of the message's field. */
  readonly field: number;
  readonly labels: LabelColumns;
  readonly writer: LabelWriter;
  readonly from: number;
  readonly to: number;
}

/**
 * Metrics of neighbouring rows as bytes, side by side, without their values: these are put in as a page is written.
 *
 * Cost: writing takes a copy of the bytes and 2 ns for each value; making it what the labels take.
 */
export class MetricRun {
  readonly #bytes: Uint8Array;
  /** Where each metric ends, which its value does too. */
  readonly #ends: Uint32Array;
  readonly #dictionaries: readonly (readonly string[])[];
  /** Of the run's rows. */
  #ids: Int32Array;

  constructor({ field, labels, writer, from, to }: RunSource) {
    this.#dictionaries = labels.dictionaries;
    this.#ids = idsOf(labels, from, to);
    this.#ends = endsOf(writer, from, to);
    this.#bytes = metricBytes(field, writer, from, this.#ends);
  }

  get size(): number {
    return this.#ends[this.#ends.length - 1];
  }

  /** Whether these rows have the labels that the run was made of. */
  isOf(labels: LabelColumns, from: number, to: number): boolean {
    if (labels.dictionaries.some((dictionary, i) => dictionary !== this.#dictionaries[i])) return false;
    if (to - from !== this.#ends.length) return false;
    const ids = idsOf(labels, from, to);
    if (!isSame(ids, this.#ids)) return false;
    // What the numbers lay in before may go.
    this.#ids = ids;
    return true;
  }

  /** Writes metrics with their values until a chunk or the run ends, and returns the one to go on with. */
  write(page: PageBuffer, values: Float64Array, from: number): number {
    const ends = this.#ends;
    const start = from === 0 ? 0 : ends[from - 1];
    page.reserve(ends[from] - start);
    const { bytes, view, end, room } = page;
    let to = from + 1;
    while (to < ends.length && ends[to] - start <= room) to++;
    bytes.set(this.#bytes.subarray(start, ends[to - 1]), end);
    const shift = end - start - DOUBLE_LENGTH;
    for (let i = from; i < to; i++) view.setFloat64(shift + ends[i], values[i], true);
    page.end = end + ends[to - 1] - start;
    return to;
  }
}

function endsOf(labels: LabelWriter, from: number, to: number): Uint32Array {
  const ends = new Uint32Array(to - from);
  let end = 0;
  for (let i = 0; i < ends.length; i++) {
    const length = labels.lengthOf(from + i) + 2 + VALUE_LENGTH;
    end += 1 + varintLength(length) + length;
    ends[i] = end;
  }
  return ends;
}

function metricBytes(field: number, labels: LabelWriter, first: number, ends: Uint32Array): Uint8Array {
  const { bytes, view } = byteBlock(ends[ends.length - 1]);
  const fieldTag = tag(field, LENGTH_DELIMITED);
  for (let i = 0, at = 0; i < ends.length; at = ends[i++]) {
    bytes[at] = METRIC;
    const start = writeVarint(bytes, at + 1, contentLength(ends[i] - at));
    const end = labels.copy(first + i, view, start);
    bytes[end] = fieldTag;
    bytes[end + 1] = VALUE_LENGTH;
    bytes[end + 2] = VALUE;
  }
  return bytes;
}

function idsOf({ ids, names }: LabelColumns, from: number, to: number): Int32Array {
  return ids.subarray(from * names.length, to * names.length);
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  // What a snapshot shows never changes.
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
