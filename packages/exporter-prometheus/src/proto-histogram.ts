import type { SeriesColumns } from '@oriel/metrics';
import type { ProtoBody } from './proto-body.ts';
import { classicRows } from './proto-classic.ts';
import { isCount } from './proto-count.ts';
import { writeExemplar } from './proto-exemplar.ts';
import { messageRows, mostlyShort, type ProtoRows, type WriteFields } from './proto-message.ts';
import { nativeBuckets } from './proto-native.ts';

const HISTOGRAM = 7;

/** Rows of a histogram of any kind. */
export function histogramRows(columns: SeriesColumns, mayBegin: boolean): ProtoRows {
  const any = messageRows(HISTOGRAM, histogramFields(columns, mayBegin));
  return columns.exponential === undefined
    ? mostlyShort(columns, classicRows(columns, mayBegin, any), any)
    : any;
}

function histogramFields(columns: SeriesColumns, mayBegin: boolean): WriteFields {
  const { created, exponential, stride, values } = columns;
  const native = exponential === undefined ? undefined : nativeBuckets(exponential);
  return (body, row) => {
    // All counts of a histogram are whole, or none is.
    const asFloat = !areCounts(columns, row) || native?.areCounts(row) === false;
    body.count(1, 4, countOfRow(columns, row), asFloat);
    body.double(2, values[row * stride + stride - 1]);
    writeBuckets(body, columns, row, asFloat);
    native?.write(body, row, asFloat);
    if (mayBegin) body.time(15, created?.[row]);
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

function countOfRow({ values, stride }: SeriesColumns, row: number): number {
  let count = 0;
  for (let i = row * stride; i < (row + 1) * stride - 1; i++) count += values[i];
  return count;
}

function areCounts(columns: SeriesColumns, row: number): boolean {
  const { values, stride } = columns;
  for (let i = row * stride; i < (row + 1) * stride - 1; i++) if (!isCount(values[i])) return false;
  return isCount(countOfRow(columns, row));
}
