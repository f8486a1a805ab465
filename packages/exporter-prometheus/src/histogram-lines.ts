import type { SeriesColumns } from '@oriel/metrics';
import { createdLine, NO_CELL, tailOf } from './line-tail.ts';
import { numberText } from './number-writer.ts';
import type { PageBuffer } from './page-buffer.ts';
import { endWithCount, endWithNumber, lineShape, lineShapes, RowWriter } from './sample-line.ts';
import { ROW_END, type SeriesText, type WriteRow } from './series-text.ts';

/**
 * Rows of a histogram, an exponential one or a gauge histogram: buckets, sum, count.
 *
 * No text format has exponential buckets. Where there are no classic ones beside them, +Inf stands alone.
 */
export function histogramRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics } = text;
  const { points, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const bounds = [...points, Number.POSITIVE_INFINITY].map((bound) => numberText(bound, openMetrics));
  const buckets = lineShapes(`${names.sample}_bucket`, 'le', bounds);
  const tail = tailOf(text, true);
  const writeTotals = totals(text, writer);
  const writeCreated = createdLine(text, writer);
  // The count so far of a row that goes on after a chunk.
  let before = 0;
  return (page, row, from) => {
    if (from === 0) {
      writer.load(row);
      const all =
        tail === undefined ? writer.addUp(page, buckets, values, row * stride, openMetrics) : undefined;
      if (all !== undefined) return end(page, row, all);
    }
    let count = from === 0 ? 0 : before;
    for (let i = from; i < buckets.length; i++) {
      count += values[row * stride + i];
      writer.begin(page, buckets[i]);
      endWithCount(page, count, openMetrics);
      if (tail !== undefined) tail(page, row, i);
      if (!page.ready) continue;
      before = count;
      return i + 1;
    }
    return end(page, row, count);
  };

  function end(page: PageBuffer, row: number, count: number): number {
    writeTotals(page, row, count);
    if (writeCreated !== undefined) writeCreated(page, row);
    return ROW_END;
  }
}

function totals(text: SeriesText, writer: RowWriter): (page: PageBuffer, row: number, count: number) => void {
  const { columns, names, openMetrics, type } = text;
  const { stride, values } = columns;
  const g = openMetrics && type === 'gauge_histogram' ? 'g' : '';
  const sumShape = lineShape(`${names.sample}_${g}sum`);
  const countShape = lineShape(`${names.sample}_${g}count`);
  const tail = tailOf(text);
  return (page, row, count) => {
    const sum = values[row * stride + stride - 1];
    if (openMetrics && !maySum(text, row, sum)) return;
    writer.begin(page, sumShape);
    endWithNumber(page, sum, openMetrics);
    if (tail !== undefined) tail(page, row, NO_CELL);
    writer.begin(page, countShape);
    endWithCount(page, count, openMetrics);
    if (tail !== undefined) tail(page, row, NO_CELL);
  };
}

// OpenMetrics forbids sums that are unknown, and those of values that may be negative unless the histogram is
// a gauge; and it forbids the count without the sum.
function maySum({ type, columns }: SeriesText, row: number, sum: number): boolean {
  const signed = columns.points[0] < 0 || hasNegatives(columns.exponential, row);
  if (type === 'gauge_histogram' && signed) return !Number.isNaN(sum);
  return sum >= 0 && !signed;
}

function hasNegatives(exponential: SeriesColumns['exponential'], row: number): boolean {
  return exponential !== undefined && exponential.starts[row + 1] > exponential.negativeStarts[row];
}
