import { compositeRows } from './composite-lines.ts';
import { histogramRows } from './histogram-lines.ts';
import { labelNameText } from './label-text.ts';
import { createdLine, isTotal, NO_CELL, tailOf } from './line-tail.ts';
import { endWithCount, endWithNumber, lineShape, lineShapes, RowWriter } from './sample-line.ts';
import { ROW_END, rowByRow, type SeriesText, type WriteRow, type WriteRows } from './series-text.ts';
import { summaryRows } from './summary-lines.ts';

/** How the rows of a part are written. */
export function rowsWriter(text: SeriesText): WriteRows {
  const { rows } = text.columns;
  const composite = compositeRows(text);
  if (composite !== undefined) return rowByRow(rows, composite);
  switch (text.type) {
    case 'histogram':
    case 'gauge_histogram':
    case 'exponential_histogram':
      return rowByRow(rows, histogramRows(text));
    case 'summary':
      return rowByRow(rows, summaryRows(text));
    case 'state_set':
      return rowByRow(rows, stateRows(text));
    default:
      return valueRows(text);
  }
}

function valueRows(text: SeriesText): WriteRows {
  const { columns, names, openMetrics } = text;
  const { rows, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const shape = lineShape(names.sample);
  const tail = tailOf(text, isTotal(text));
  const writeCreated = createdLine(text, writer);
  if (stride === 1 && tail === undefined && writeCreated === undefined) {
    const cells = values.subarray(0, rows);
    return (page, place) => {
      place.row = writer.values(page, shape, cells, place.row, openMetrics);
    };
  }
  return rowByRow(rows, (page, row) => {
    writer.beginOnly(page, shape, row);
    // An info has no cell: its value is 1.
    if (stride === 0) endWithCount(page, 1, openMetrics);
    else endWithNumber(page, values[row * stride], openMetrics);
    if (tail !== undefined) tail(page, row, 0);
    if (writeCreated !== undefined) {
      writer.load(row);
      writeCreated(page, row);
    }
    return ROW_END;
  });
}

function stateRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics } = text;
  const { states, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const label = labelNameText(names.sample, text.escaping);
  const shapes = lineShapes(names.sample, label, states);
  const tail = tailOf(text);
  return (page, row, from) => {
    if (from === 0) writer.load(row);
    for (let i = from; i < shapes.length; i++) {
      writer.begin(page, shapes[i]);
      endWithCount(page, values[row * stride + i], openMetrics);
      if (tail !== undefined) tail(page, row, NO_CELL);
      if (page.ready) return i + 1;
    }
    return ROW_END;
  };
}
