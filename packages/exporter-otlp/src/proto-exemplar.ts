import { ByteBuffer, doubleField, FIXED64, LENGTH_DELIMITED, messageField, tag } from '@oriel/encoding';
import type { Exemplar, Label } from '@oriel/metrics';
import { writeNanoseconds } from './point-times.ts';
import { writeAttributes } from './proto-attributes.ts';

const TIME = tag(2, FIXED64);
const VALUE_FIELD = 3;
const SPAN_FIELD = 4;
const TRACE_FIELD = 5;
const ATTRIBUTES_FIELD = 7;

/** Exemplars of a point as a field of it, but those that were sent before. */
export class PointExemplars {
  /** What was loaded. */
  readonly bytes: ByteBuffer = new ByteBuffer(64);
  readonly #field: number;
  readonly #since: number;

  constructor(field: number, since: number) {
    this.#field = field;
    this.#since = since;
  }

  clear(): void {
    this.bytes.end = 0;
  }

  /** Adds one; `time` stands in for one of its own. */
  add(exemplar: Exemplar | undefined, time: number): void {
    if (exemplar === undefined) return;
    const { labels, value, timestamp = time } = exemplar;
    if (timestamp < this.#since) return;
    const out = this.bytes;
    messageField(out, this.#field, () => {
      out.reserve(9);
      out.bytes[out.end] = TIME;
      out.end = writeNanoseconds(out.view, out.end + 1, timestamp);
      doubleField(out, VALUE_FIELD, value);
      writeLabels(out, labels);
    });
  }
}

function writeLabels(out: ByteBuffer, labels: readonly Label[]): void {
  const filtered = labels.filter(({ name, value }) => !writeId(out, name, value));
  writeAttributes(
    out,
    ATTRIBUTES_FIELD,
    Object.fromEntries(filtered.map(({ name, value }) => [name, value])),
  );
}

const ids: ReadonlyMap<string, { readonly field: number; readonly digits: number }> = new Map([
  ['span_id', { field: SPAN_FIELD, digits: 16 }],
  ['trace_id', { field: TRACE_FIELD, digits: 32 }],
]);

/** Writes a label that is an id of a span or trace into its own field; false for any other. */
function writeId(out: ByteBuffer, name: string, value: string): boolean {
  const id = ids.get(name);
  // Of W3C Trace Context: lower-case digits, not all of them 0.
  if (id === undefined || value.length !== id.digits || !/^[0-9a-f]*[1-9a-f][0-9a-f]*$/.test(value))
    return false;
  const bytes = Buffer.from(value, 'hex');
  out.reserve(2 + bytes.length);
  out.bytes[out.end] = tag(id.field, LENGTH_DELIMITED);
  out.bytes[out.end + 1] = bytes.length;
  out.bytes.set(bytes, out.end + 2);
  out.end += 2 + bytes.length;
  return true;
}
