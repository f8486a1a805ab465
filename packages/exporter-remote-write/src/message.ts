import {
  ByteBuffer,
  copyBytes,
  LENGTH_DELIMITED,
  messageField,
  tag,
  textField,
  varintField,
  varintLength,
  writeVarint,
} from '@oriel/encoding';
import type { FamilyHead, MetricType } from '@oriel/metrics';
import type { SentName } from './metric-name.ts';
import type { Protocol } from './protocol.ts';
import type { RowLabels } from './row-labels.ts';
import type { SeriesBody } from './series-body.ts';

/** The numbers that both versions give the types. */
const types: Readonly<Record<MetricType, number>> = {
  unknown: 0,
  counter: 1,
  gauge: 2,
  histogram: 3,
  exponential_histogram: 3,
  gauge_histogram: 4,
  summary: 5,
  info: 6,
  state_set: 7,
};

const LABELS = tag(1, LENGTH_DELIMITED);
const METADATA_OF_REQUEST = 3;
const METADATA_OF_SERIES = 5;
const HEAD_ROOM = 24;

/** What a request holds at most; it is longer by one series. */
export interface MessageLimits {
  /** Samples and histograms. */
  readonly maxSamples: number;
  /** Uncompressed. */
  readonly maxBytes: number;
}

/** One request under construction. */
export class Message {
  readonly #protocol: Protocol;
  readonly #maxSamples: number;
  readonly #maxBytes: number;
  readonly #tag: number;
  /** The bytes before the labels of the last series. */
  #head = 2;
  readonly #series = new ByteBuffer(1 << 16);
  readonly #whole = new ByteBuffer(1 << 16);
  samples = 0;
  histograms = 0;
  exemplars = 0;
  /** Which request is being made. */
  request = 0;

  constructor(protocol: Protocol, { maxSamples, maxBytes }: MessageLimits) {
    this.#protocol = protocol;
    this.#maxSamples = maxSamples;
    this.#maxBytes = maxBytes;
    this.#tag = tag(protocol.fields.series, LENGTH_DELIMITED);
  }

  get protocol(): Protocol {
    return this.#protocol;
  }

  /** Whether another series would be beyond a limit. */
  get isFull(): boolean {
    return this.samples + this.histograms >= this.#maxSamples || this.#bytes >= this.#maxBytes;
  }

  get #bytes(): number {
    return this.#series.end + (this.#protocol.symbols?.table.end ?? 0);
  }

  begin(): void {
    this.request++;
    this.#series.end = 0;
    this.samples = 0;
    this.histograms = 0;
    this.exemplars = 0;
    this.#protocol.symbols?.begin();
  }

  /** Adds a series: the labels of a line of the row, what it has of samples, histograms and exemplars, its metadata. */
  series(labels: RowLabels, line: number, body: SeriesBody, metadata: ByteBuffer): void {
    const out = this.#series;
    out.reserve(labels.mostBytes(line) + body.length + metadata.end + HEAD_ROOM);
    const { view } = out;
    const from = out.end + this.#head;
    const labelled = labels.copy(line, view, from) - from;
    const end = body.copy(view, from + labelled);
    const rest = copyBytes(metadata.view, 0, metadata.end, view, end) - from;
    this.#writeHead(labelled, rest);
    out.end += this.#head + rest;
  }

  // As many bytes are left for the lengths as the series before took, so that what follows hardly ever has to be moved.
  #writeHead(labelled: number, rest: number): void {
    const { bytes, end: start } = this.#series;
    // Inline labels are fields already, numbers of symbols are packed into one.
    const packed = this.#protocol.symbols !== undefined;
    const length = rest + (packed ? 1 + varintLength(labelled) : 0);
    const head = 1 + varintLength(length) + length - rest;
    if (head !== this.#head) {
      bytes.copyWithin(start + head, start + this.#head, start + this.#head + rest);
      this.#head = head;
    }
    bytes[start] = this.#tag;
    const at = writeVarint(bytes, start + 1, length);
    if (!packed) return;
    bytes[at] = LABELS;
    writeVarint(bytes, at + 1, labelled);
  }

  /** Of 1.0: tells type, help and unit of a family once, beside its series. */
  familyMetadata({ type, help }: FamilyHead, { name, unit }: SentName): void {
    if (this.#protocol.version !== '1.0') return;
    messageField(this.#series, METADATA_OF_REQUEST, () => {
      varintField(this.#series, 1, types[type]);
      textField(this.#series, 2, name);
      if (help !== '') textField(this.#series, 4, help);
      if (unit !== '') textField(this.#series, 5, unit);
    });
  }

  /** Of 2.0: what each series of a family tells of it, in this request. */
  seriesMetadata(out: ByteBuffer, { type, help }: FamilyHead, unit: string): void {
    const { symbols } = this.#protocol;
    out.end = 0;
    if (symbols === undefined) return;
    messageField(out, METADATA_OF_SERIES, () => {
      varintField(out, 1, types[type]);
      varintField(out, 3, symbols.refOf(help));
      varintField(out, 4, symbols.refOf(unit));
    });
  }

  /** The whole message; overwritten by the next. */
  finish(): Uint8Array {
    const { symbols } = this.#protocol;
    if (symbols === undefined) return this.#series.written;
    const whole = this.#whole;
    whole.end = 0;
    whole.reserve(symbols.table.end + this.#series.end);
    whole.bytes.set(symbols.table.written, 0);
    whole.bytes.set(this.#series.written, symbols.table.end);
    whole.end = symbols.table.end + this.#series.end;
    return whole.written;
  }
}
