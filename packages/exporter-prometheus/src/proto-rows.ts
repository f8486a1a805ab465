import { FIXED64, tag } from '@oriel/encoding';
import type { MetricType, SeriesColumns } from '@oriel/metrics';
import { nearestCount } from './proto-count.ts';
import { writeExemplar } from './proto-exemplar.ts';
import { histogramRows } from './proto-histogram.ts';
import { messageRows, mostlyShort, type ProtoRows, type WriteFields } from './proto-message.ts';
import { StartTimes } from './proto-time.ts';

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
const SUMMARY = 4;
const UNTYPED = 5;

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
      return mostlyShort(columns, plainRows(COUNTER, columns), messageRows(COUNTER, counterFields(columns)));
    case 'summary':
      return messageRows(SUMMARY, summaryFields(columns));
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
    // Here the format has whole numbers only.
    body.varint(1, nearestCount(values[start + stride - 1]));
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
