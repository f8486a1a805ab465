import {
  BucketSpans,
  type Exemplar,
  exponentialOf,
  type MetricType,
  type SeriesColumns,
} from '@oriel/metrics';
import { copyBytes } from './byte-block.ts';
import { exemplarPairs } from './exemplar-text.ts';
import { ProtoBody } from './proto-body.ts';
import { classicRows } from './proto-histogram.ts';
import { StartTimes } from './proto-time.ts';
import { FIXED64, isWhole, tag } from './proto-wire.ts';
import { isTime } from './time-text.ts';

/** Writes the fields of a counter, histogram and so on. */
type WriteFields = (body: ProtoBody, row: number) => void;

/** The numbers of `io.prometheus.client.MetricType`. */
export const protoTypes: Readonly<Record<MetricType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  exponential_histogram: 4,
  gauge_histogram: 5,
  // The format has neither.
  info: 1,
  state_set: 1,
};

const GAUGE = 2;
const COUNTER = 3;
const UNTYPED = 5;

/** What a metric holds besides labels and time: one message. */
export interface ProtoRows {
  /** The number of its field in `Metric`. */
  readonly field: number;
  /** The bytes of a row's message. */
  lengthOf(row: number): number;
  /** Writes it where there is room and returns the place behind it. */
  write(to: DataView, bytes: Uint8Array, at: number, row: number): number;
}

/** The number of the field where rows are a value and nothing else, as most are. */
export function plainField(type: MetricType, columns: SeriesColumns): number | undefined {
  const { created, exemplars, stride, timestamps } = columns;
  if (stride !== 1 || timestamps !== undefined) return undefined;
  if (type === 'gauge') return GAUGE;
  if (type === 'unknown') return UNTYPED;
  return type === 'counter' && created === undefined && exemplars === undefined ? COUNTER : undefined;
}

/** How the rows of a part are written; of a state set, its rows of states side by side. */
export function protoRows(type: MetricType, columns: SeriesColumns): ProtoRows {
  switch (type) {
    case 'counter':
      return columns.exemplars === undefined
        ? plainRows(COUNTER, columns)
        : anyRows(COUNTER, counterFields(columns));
    case 'summary':
      return anyRows(4, summaryFields(columns));
    case 'histogram':
    case 'gauge_histogram':
    case 'exponential_histogram':
      return histogramRows(columns, type !== 'gauge_histogram');
    case 'unknown':
      return plainRows(UNTYPED, withoutCreated(columns));
    default:
      return plainRows(GAUGE, withoutCreated(columns));
  }
}

function withoutCreated(columns: SeriesColumns): SeriesColumns {
  return { ...columns, created: undefined };
}

const VALUE_LENGTH = 9;
const VALUE = tag(1, FIXED64);

/** A value, and for a counter when it began. */
function plainRows(field: number, { stride, values, created }: SeriesColumns): ProtoRows {
  const starts = new StartTimes(3, created);
  return {
    field,
    lengthOf: (row) => VALUE_LENGTH + starts.lengthOf(row),
    write(to, bytes, at, row) {
      bytes[at] = VALUE;
      // An info has no cell: its value is 1.
      to.setFloat64(at + 1, stride === 0 ? 1 : values[row], true);
      return starts.write(to, at + VALUE_LENGTH, row);
    },
  };
}

/** Any message: built to be measured, and again to be written. */
function anyRows(field: number, writeFields: WriteFields): ProtoRows {
  const body = new ProtoBody();
  const build = (row: number): number => {
    body.clear();
    writeFields(body, row);
    return body.length;
  };
  return {
    field,
    lengthOf: build,
    write(to, _bytes, at, row) {
      const length = build(row);
      return copyBytes(body.view, 0, length, to, at);
    },
  };
}

function counterFields({ stride, values, exemplars, created }: SeriesColumns): WriteFields {
  return (body, row) => {
    body.double(1, values[row * stride]);
    writeExemplar(body, 2, exemplars?.get(row * stride));
    body.time(3, created?.[row]);
  };
}

function summaryFields({ stride, values, points, created }: SeriesColumns): WriteFields {
  return (body, row) => {
    const start = row * stride;
    const count = values[start + stride - 1];
    body.varint(1, isWhole(count) ? count : 0);
    body.double(2, values[start + stride - 2]);
    for (let i = 0; i < points.length; i++) {
      body.message(3, () => {
        body.double(1, points[i]);
        body.double(2, values[start + i]);
      });
    }
    body.time(4, created?.[row]);
  };
}

function histogramRows(columns: SeriesColumns, mayBegin: boolean): ProtoRows {
  const any = anyRows(7, histogramFields(columns, mayBegin));
  const isUsual = columns.exponential === undefined && columns.exemplars === undefined;
  return isUsual ? classicRows(columns, mayBegin, any) : any;
}

function histogramFields(columns: SeriesColumns, mayBegin: boolean): WriteFields {
  const writeNative = nativeWriter(columns);
  return (body, row) => {
    const asFloat = hasFractions(columns, row);
    const sum = columns.values[row * columns.stride + columns.stride - 1];
    body.count(1, 4, countOfRow(columns, row), asFloat);
    body.double(2, sum);
    writeBuckets(body, columns, row, asFloat);
    writeNative?.(body, row, asFloat);
    if (mayBegin) body.time(15, columns.created?.[row]);
  };
}

function writeBuckets(body: ProtoBody, columns: SeriesColumns, row: number, asFloat: boolean): void {
  const { points, stride, values, exemplars } = columns;
  // With nothing but an exponential histogram's count, there are no classic buckets to tell of.
  if (columns.exponential !== undefined && points.length === 0) return;
  const start = row * stride;
  let count = 0;
  for (let i = 0; i <= points.length; i++) {
    count += values[start + i];
    body.message(3, () => {
      body.count(1, 4, count, asFloat);
      body.double(2, points[i] ?? Number.POSITIVE_INFINITY);
      writeExemplar(body, 3, exemplars?.get(start + i));
    });
  }
}

function nativeWriter(
  columns: SeriesColumns,
): ((body: ProtoBody, row: number, asFloat: boolean) => void) | undefined {
  const { exponential } = columns;
  if (exponential === undefined) return undefined;
  const spans = new BucketSpans();
  return (body, row, asFloat) => {
    const one = exponentialOf(exponential, row);
    body.signed(5, one.schema);
    body.double(6, one.zeroThreshold);
    body.count(7, 8, one.zeroCount, asFloat);
    spans.load(one.negative);
    writeSpans(body, spans, { span: 9, delta: 10, count: 11 }, asFloat);
    spans.load(one.positive);
    const isBare = one.positive.indices.length + one.negative.indices.length + one.zeroCount === 0;
    if (isBare && one.zeroThreshold === 0) spans.loadEmpty();
    writeSpans(body, spans, { span: 12, delta: 13, count: 14 }, asFloat);
    for (const exemplar of exponential.exemplars?.get(row) ?? []) {
      // Here an exemplar without a time is refused.
      if (isTime(exemplar.timestamp)) writeExemplar(body, 16, exemplar);
    }
  };
}

function writeSpans(
  body: ProtoBody,
  { offsets, lengths, deltas }: BucketSpans,
  fields: { readonly span: number; readonly delta: number; readonly count: number },
  asFloat: boolean,
): void {
  for (let i = 0; i < offsets.length; i++) {
    body.message(fields.span, () => {
      body.signed(1, offsets[i]);
      body.varint(2, lengths[i]);
    });
  }
  if (deltas.length === 0) return;
  if (asFloat) body.packedDoubles(fields.count, runningSums(deltas));
  else body.packedSigned(fields.delta, deltas);
}

function runningSums(deltas: readonly number[]): number[] {
  let sum = 0;
  return deltas.map((delta) => {
    sum += delta;
    return sum;
  });
}

function countOfRow({ values, stride }: SeriesColumns, row: number): number {
  let count = 0;
  for (let i = row * stride; i < (row + 1) * stride - 1; i++) count += values[i];
  return count;
}

function hasFractions({ values, stride }: SeriesColumns, row: number): boolean {
  for (let i = row * stride; i < (row + 1) * stride - 1; i++) if (!isWhole(values[i])) return true;
  return false;
}

function writeExemplar(body: ProtoBody, field: number, exemplar: Exemplar | undefined): void {
  const pairs = exemplar === undefined ? undefined : exemplarPairs(exemplar);
  if (exemplar === undefined || pairs === undefined) return;
  body.message(field, () => {
    for (const [name, value] of pairs) {
      body.message(1, () => {
        body.text(1, name);
        body.text(2, value);
      });
    }
    body.double(2, exemplar.value);
    body.time(3, exemplar.timestamp);
  });
}
