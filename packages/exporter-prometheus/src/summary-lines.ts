import { createdLine, NO_CELL, tailOf, type WriteLine } from './line-tail.ts';
import { numberText } from './number-writer.ts';
import { endWithCount, endWithNumber, lineShape, lineShapes, RowWriter } from './sample-line.ts';
import { ROW_END, type SeriesText, type WriteRow } from './series-text.ts';

/** Rows of a summary: quantiles, sum, count. OpenMetrics has no negative ones, nor a sum that is not known. */
export function summaryRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics } = text;
  const { points, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const texts = points.map((quantile) => numberText(quantile, openMetrics));
  const quantiles = lineShapes(names.sample, 'quantile', texts);
  const tail = tailOf(text);
  const writeTotals = totals(text, writer);
  const writeCreated = createdLine(text, writer);
  return (page, row, from) => {
    if (from === 0) writer.load(row);
    for (let i = from; i < quantiles.length; i++) {
      const value = values[row * stride + i];
      if (openMetrics && value < 0) continue;
      writer.begin(page, quantiles[i]);
      endWithNumber(page, value, openMetrics);
      if (tail !== undefined) tail(page, row, NO_CELL);
      if (page.ready) return i + 1;
    }
    writeTotals(page, row);
    if (writeCreated !== undefined) writeCreated(page, row);
    return ROW_END;
  };
}

function totals(text: SeriesText, writer: RowWriter): WriteLine {
  const { columns, names, openMetrics } = text;
  const { stride, values } = columns;
  const sumShape = lineShape(`${names.sample}_sum`);
  const countShape = lineShape(`${names.sample}_count`);
  const tail = tailOf(text);
  return (page, row) => {
    const sum = values[row * stride + stride - 2];
    if (!openMetrics || sum >= 0) {
      writer.begin(page, sumShape);
      endWithNumber(page, sum, openMetrics);
      if (tail !== undefined) tail(page, row, NO_CELL);
    }
    writer.begin(page, countShape);
    endWithCount(page, values[row * stride + stride - 1], openMetrics);
    if (tail !== undefined) tail(page, row, NO_CELL);
  };
}
