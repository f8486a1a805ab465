import {
  type ByteBlock,
  type ByteBuffer,
  copyBytes,
  type LabelWriter,
  LENGTH_DELIMITED,
  pairsBlock,
  tag,
  writeVarint,
} from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import type { PlannedLine, ScopedRange } from '@oriel/otel';
import { hasStart } from '@oriel/otel';
import { PointTimes } from './point-times.ts';
import type { PointAttributes } from './proto-attributes.ts';
import { PointExemplars } from './proto-exemplar.ts';

/** Writes rows as points, each a field of the data of a metric. */
export interface PointWriter {
  write(out: ByteBuffer, row: number): void;
}

/** What points are made of. */
export interface PointSource {
  readonly range: ScopedRange;
  /** Of the snapshot. */
  readonly time: number;
  readonly exemplarsSince: number;
}

/** The numbers of a kind's fields. */
export interface PointFields {
  readonly attributes: PointAttributes;
  readonly exemplars: number;
}

const DATA_POINT = tag(1, LENGTH_DELIMITED);
/** The bytes of a point's tag and length. */
const MOST_BYTES_BEFORE = 6;

/** What points of every kind have beside their numbers: attributes, times and exemplars. */
export class PointFrame {
  readonly part: SeriesColumns;
  readonly #labels: LabelWriter;
  readonly #own: ByteBlock;
  readonly #times: PointTimes;
  readonly #exemplars: PointExemplars;

  constructor(
    { range, time, exemplarsSince }: PointSource,
    { attributes, exemplars }: PointFields,
    attribute?: PlannedLine['attribute'],
  ) {
    const { family, part } = range;
    this.part = part;
    this.#labels = attributes.writer(part, attribute?.[0]);
    this.#own = pairsBlock(attributes.form, attribute === undefined ? [] : [attribute]);
    this.#times = new PointTimes(part, time, hasStart(family.type));
    this.#exemplars = new PointExemplars(exemplars, exemplarsSince);
  }

  /** Looks at a row: its exemplars are to be added then. */
  load(row: number): PointExemplars {
    this.#times.load(row);
    this.#exemplars.clear();
    return this.#exemplars;
  }

  /** The time of the row that was loaded. */
  get time(): number {
    return this.#times.time;
  }

  /** Begins a point of the row that was loaded, with room for its numbers, and gives their place. */
  open(out: ByteBuffer, row: number, numbers: number): number {
    const own = this.#own;
    const labels = this.#labels;
    const length = labels.lengthOf(row) + own.size + this.#times.length + this.#exemplars.bytes.end + numbers;
    out.reserve(length + MOST_BYTES_BEFORE);
    const { bytes, view } = out;
    bytes[out.end] = DATA_POINT;
    let end = labels.copy(row, view, writeVarint(bytes, out.end + 1, length));
    if (own.size > 0) end = copyBytes(own.view, 0, own.size, view, end);
    return this.#times.copy(view, end);
  }

  /** Ends a point behind its numbers. */
  close(out: ByteBuffer, end: number): void {
    out.end = end;
    const { bytes } = this.#exemplars;
    if (bytes.end > 0) out.copy(bytes, 0, bytes.end);
  }
}
