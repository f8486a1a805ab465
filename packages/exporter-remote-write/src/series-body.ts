import { LENGTH_DELIMITED, tag } from '@oriel/encoding';
import type { Exemplar, Label } from '@oriel/metrics';
import { ByteBuffer } from './byte-buffer.ts';
import { sentLabelName } from './metric-name.ts';
import type { Protocol } from './protocol.ts';
import { bitsField, doubleField, int64Field, messageField } from './wire.ts';

// The range of `Date`. What lies beyond it is no time.
const LATEST = 8.64e15;
const SAMPLES = tag(2, LENGTH_DELIMITED);
/** The most code points the names and values of an exemplar may have together. Source: OpenMetrics 1.0. */
const EXEMPLAR_LIMIT = 128;

/** The NaN that ends a series. Never as a number: engines may change the bits of a NaN. */
export const STALE_BITS = 0x7ff0000000000002n;

/** Whether a number is a time in milliseconds since the epoch; NaN is none. */
export function isTime(milliseconds: number | undefined): milliseconds is number {
  return milliseconds !== undefined && Math.abs(milliseconds) <= LATEST;
}

/** What a series holds beside its labels. */
export class SeriesBody {
  readonly out: ByteBuffer = new ByteBuffer(256);
  readonly #protocol: Protocol;
  readonly #times = new ByteBuffer(32);
  #time = Number.NaN;
  #start = Number.NaN;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  clear(): void {
    this.out.end = 0;
  }

  /** A sample of one of some values; `start` is when counting began, NaN for none. */
  sample(values: Float64Array, at: number, time: number, start: number): void {
    if (time !== this.#time || !Object.is(start, this.#start)) this.#writeTimes(time, start);
    const { out } = this;
    const times = this.#times;
    out.reserve(2 + 9);
    out.bytes[out.end] = SAMPLES;
    out.bytes[out.end + 1] = 9 + times.end;
    out.end += 2;
    doubleField(out, 1, values[at]);
    out.copy(times, 0, times.end);
  }

  // Many samples in a row have the same.
  #writeTimes(time: number, start: number): void {
    this.#time = time;
    this.#start = start;
    this.#times.end = 0;
    int64Field(this.#times, 2, time);
    if (start > 0) int64Field(this.#times, 3, start);
  }

  /** The end of a series of samples. */
  stale(time: number): void {
    messageField(this.out, 2, () => {
      bitsField(this.out, 1, STALE_BITS);
      int64Field(this.out, 2, time);
    });
  }

  /** Adds an exemplar, unless it is too long; `time` stands in for one of its own. */
  exemplar(exemplar: Exemplar, time: number): boolean {
    const labels = exemplarLabels(exemplar);
    if (labels === undefined) return false;
    const { labels: form, fields, symbols } = this.#protocol;
    messageField(this.out, fields.exemplars, () => {
      const write = (): void => {
        for (const { name, value } of labels) form.fixed(name, value).write(this.out);
      };
      if (symbols === undefined) write();
      else if (labels.length > 0) messageField(this.out, 1, write);
      doubleField(this.out, 2, exemplar.value);
      const own = isTime(exemplar.timestamp) ? exemplar.timestamp : time;
      int64Field(this.out, 3, Math.trunc(own));
    });
    return true;
  }
}

// Not every receiver that takes names of any Unicode elsewhere takes them here.
const plainNames = { translation: 'UnderscoreEscapingWithSuffixes', unicode: false } as const;

/** Labels as they are sent; undefined if they are too long. */
function exemplarLabels({ labels }: Exemplar): Label[] | undefined {
  const joined = new Map<string, string>();
  for (const { name, value } of labels) {
    const sent = sentLabelName(name, plainNames);
    const before = joined.get(sent);
    if (value !== '') joined.set(sent, before === undefined ? value : `${before};${value}`);
  }
  if ([...[...joined].flat().join('')].length > EXEMPLAR_LIMIT) return undefined;
  return [...joined].map(([name, value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
