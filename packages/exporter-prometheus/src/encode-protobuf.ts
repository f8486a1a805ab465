import type { Family, SeriesColumns } from '@oriel/metrics';
import { copyBytes } from './byte-block.ts';
import type { FamilyText } from './family-text.ts';
import type { EncodeOptions } from './format.ts';
import { LabelCache, type LabelWriter, labelWriter, pairsBlock } from './label-writer.ts';
import { exposedName } from './naming.ts';
import { type Chunks, given, type PageBuffer } from './page-buffer.ts';
import { ProtoBody } from './proto-body.ts';
import { protoPairs } from './proto-labels.ts';
import { type ProtoRows, protoRows, protoTypes } from './proto-rows.ts';
import {
  int64Length,
  LENGTH_DELIMITED,
  tag,
  VARINT,
  varintLength,
  writeInt64,
  writeVarint,
} from './proto-wire.ts';
import { isTime } from './time-text.ts';

// As for text: bytes of label values outlive a page.
const cache = new LabelCache(protoPairs);

/** Metrics measured in one step. */
const MEASURED_AT_ONCE = 4096;
const NOTHING = new Uint8Array(0);
const METRIC = tag(4, LENGTH_DELIMITED);
const TIMESTAMP = tag(6, VARINT);
/** The most bytes of the numbers around a metric's labels and message. */
const AROUND = 40;

/**
 * Renders a family as one `io.prometheus.client.MetricFamily`, its length before it.
 *
 * The length is known only once every metric has been measured; between steps of that an empty chunk is given.
 */
export function* encodeProtoFamily(
  family: Family,
  names: FamilyText,
  options: EncodeOptions,
  page: PageBuffer,
): Chunks {
  const parts = family.parts.map((columns) => partOf(family, columns, names, options));
  const head = headOf(family, names, options);
  let length = head.length;
  for (const part of parts) {
    for (let at = 0; at < part.metrics; at += MEASURED_AT_ONCE) {
      length += part.measure(at, Math.min(part.metrics, at + MEASURED_AT_ONCE));
      if (at + MEASURED_AT_ONCE < part.metrics) yield NOTHING;
    }
  }
  page.reserve(head.length + 10);
  page.end = writeVarint(page.bytes, page.end, length);
  page.end = copyBytes(head.view, 0, head.length, page.view, page.end);
  for (const part of parts) {
    for (let metric = 0; metric < part.metrics; ) {
      metric = part.write(page, metric);
      if (page.ready) yield* given(page, page.take());
    }
  }
}

function headOf(family: Family, { sample }: FamilyText, { translation }: EncodeOptions): ProtoBody {
  const { unit } = exposedName(family, translation ?? 'UnderscoreEscapingWithSuffixes');
  const head = new ProtoBody();
  head.text(1, sample);
  if (family.help !== '') head.text(2, family.help);
  head.varint(3, protoTypes[family.type]);
  if (unit !== '' && sample.endsWith(`_${unit}`)) head.text(5, unit);
  return head;
}

function partOf(
  family: Family,
  columns: SeriesColumns,
  { sample }: FamilyText,
  options: EncodeOptions,
): Part {
  const { escaping = 'underscores' } = options;
  const rows = protoRows(family.type, columns);
  const labels = labelWriter(columns, escaping, cache);
  if (family.type !== 'state_set') return new Part(columns, rows, labels, 1);
  const own = protoPairs.name(sample, escaping);
  const states = columns.states.map((state) => pairsBlock(protoPairs, [[own, state]]));
  return new Part(columns, rows, new StateLabels(labels, states), states.length);
}

/** Metrics of one part: its rows, or for a state set a metric for each state of each row. */
class Part {
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

  /** The bytes of metrics within the family. */
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

  /** Writes metrics until a chunk is full, and returns the one to go on with. */
  write(page: PageBuffer, from: number): number {
    const rows = this.#rows;
    const labels = this.#labels;
    const fieldTag = tag(rows.field, LENGTH_DELIMITED);
    for (let metric = from; metric < this.metrics; metric++) {
      const length = this.#lengths[metric];
      // Also of labels that are made when they are asked for.
      page.reserve(Math.max(length, labels.mostBytes(metric)) + AROUND);
      const { bytes, view } = page;
      bytes[page.end] = METRIC;
      const start = writeVarint(bytes, page.end + 1, length);
      let end = labels.copy(metric, view, start);
      bytes[end] = fieldTag;
      const rest = length - (end - start) - this.#timestampLength(metric);
      end = writeVarint(bytes, end + 1, messageIn(rest));
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

// What is left of a field's bytes without its tag and its own length.
function messageIn(field: number): number {
  let message = field - 2;
  while (1 + varintLength(message) + message > field) message--;
  return message;
}

/** A row's labels, and one more for each of its states. */
class StateLabels implements LabelWriter {
  readonly #labels: LabelWriter;
  readonly #states: readonly ReturnType<typeof pairsBlock>[];

  constructor(labels: LabelWriter, states: readonly ReturnType<typeof pairsBlock>[]) {
    this.#labels = labels;
    this.#states = states;
  }

  lengthOf(metric: number): number {
    return this.#labels.lengthOf(this.#rowOf(metric)) + this.#stateOf(metric).size;
  }

  mostBytes(metric: number): number {
    return this.lengthOf(metric);
  }

  copy(metric: number, to: DataView, at: number): number {
    const { view, size } = this.#stateOf(metric);
    return copyBytes(view, 0, size, to, this.#labels.copy(this.#rowOf(metric), to, at));
  }

  #rowOf(metric: number): number {
    return Math.floor(metric / this.#states.length);
  }

  #stateOf(metric: number): ReturnType<typeof pairsBlock> {
    return this.#states[metric % this.#states.length];
  }
}
