import {
  ByteBuffer,
  bitsField,
  copyBytes,
  doubleField,
  int64Field,
  messageField,
  writeDouble,
} from '@oriel/encoding';
import type { Exemplar, Label } from '@oriel/metrics';
import { sentLabelName } from './metric-name.ts';
import type { Protocol } from './protocol.ts';

// The range of `Date`. What lies beyond it is no time.
const LATEST = 8.64e15;
/** Behind tag and length of the sample and the tag of the value. */
const VALUE_AT = 3;
/** The most code points the names and values of an exemplar may have together. Source: OpenMetrics 1.0. */
const EXEMPLAR_LIMIT = 128;

/** The NaN that ends a series. Never as a number: engines may change the bits of a NaN. */
export const STALE_BITS = 0x7ff0000000000002n;

/** Whether a number is a time in milliseconds since the epoch; NaN is none. */
export function isTime(milliseconds: number | undefined): milliseconds is number {
  return milliseconds !== undefined && Math.abs(milliseconds) <= LATEST;
}

/** What a series holds beside its labels: a sample, then anything else. */
export class SeriesBody {
  /** What stands behind the sample. */
  readonly rest: ByteBuffer = new ByteBuffer(256);
  readonly #protocol: Protocol;
  /** A sample but for its value; many in a row have the same times. */
  readonly #sample = new ByteBuffer(64);
  #hasSample = false;
  #value = 0;
  #time = Number.NaN;
  #start = Number.NaN;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  clear(): void {
    this.#hasSample = false;
    this.rest.end = 0;
  }

  get length(): number {
    return (this.#hasSample ? this.#sample.end : 0) + this.rest.end;
  }

  /** Copies all of it and returns the place behind; up to fifteen bytes behind that are overwritten. */
  copy(to: DataView, at: number): number {
    const { rest } = this;
    let end = at;
    if (this.#hasSample) {
      end = copyBytes(this.#sample.view, 0, this.#sample.end, to, at);
      writeDouble(to, at + VALUE_AT, this.#value);
    }
    return rest.end === 0 ? end : copyBytes(rest.view, 0, rest.end, to, end);
  }

  /** A sample; `start` is when counting began, NaN for none. */
  sample(value: number, time: number, start: number): void {
    if (time !== this.#time || !Object.is(start, this.#start)) this.#setTimes(time, start);
    this.#hasSample = true;
    this.#value = value;
  }

  #setTimes(time: number, start: number): void {
    const out = this.#sample;
    this.#time = time;
    this.#start = start;
    out.end = 0;
    messageField(out, 2, () => {
      doubleField(out, 1, 0);
      int64Field(out, 2, time);
      if (start > 0) int64Field(out, 3, start);
    });
  }

  /** The end of a series of samples. */
  stale(time: number): void {
    messageField(this.rest, 2, () => {
      bitsField(this.rest, 1, STALE_BITS);
      int64Field(this.rest, 2, time);
    });
  }

  /** Adds an exemplar, unless it is too long; `time` stands in for one of its own. */
  exemplar(exemplar: Exemplar, time: number): boolean {
    const labels = exemplarLabels(exemplar);
    if (labels === undefined) return false;
    const { labels: form, fields, symbols } = this.#protocol;
    messageField(this.rest, fields.exemplars, () => {
      const write = (): void => {
        for (const { name, value } of labels) form.fixed(name, value).write(this.rest);
      };
      if (symbols === undefined) write();
      else if (labels.length > 0) messageField(this.rest, 1, write);
      doubleField(this.rest, 2, exemplar.value);
      const own = isTime(exemplar.timestamp) ? exemplar.timestamp : time;
      int64Field(this.rest, 3, Math.trunc(own));
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
