import type { Exemplar, MetricType, SeriesColumns } from '@oriel/metrics';
import type { FamilyText } from './family-text.ts';
import type { Escaping } from './format.ts';
import { type LabelWriter, labelNameText } from './label-writer.ts';
import { numberText, secondsText } from './number-writer.ts';
import type { PageBuffer } from './page-buffer.ts';
import {
  addExemplar,
  addTimestamp,
  endWithCount,
  endWithNumber,
  type LineShape,
  lineShape,
  RowWriter,
} from './sample-line.ts';

/** Writes all lines of one row. */
export type WriteRow = (page: PageBuffer, row: number) => void;

/** What the lines of a part depend on besides its numbers. */
export interface SeriesText {
  readonly type: MetricType;
  readonly names: FamilyText;
  readonly columns: SeriesColumns;
  readonly labels: LabelWriter;
  readonly openMetrics: boolean;
  readonly escaping: Escaping;
  readonly created: boolean;
}

/** How the rows of a part are written. */
export function rowWriter(text: SeriesText): WriteRow {
  switch (text.type) {
    case 'histogram':
    case 'gauge_histogram':
      return histogramRows(text);
    case 'summary':
      return summaryRows(text);
    case 'state_set':
      return stateRows(text);
    default:
      return valueRows(text);
  }
}

function valueRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics, type } = text;
  const { values, stride } = columns;
  const writer = new RowWriter(text.labels);
  const shape = lineShape(names.sample);
  const created = createdLine(text, writer);
  const tail = tailOf(text, type === 'counter');
  return (page, row) => {
    writer.beginOnly(page, shape, row);
    // An info has no cell: its value is 1.
    if (stride === 0) endWithCount(page, 1, openMetrics);
    else endWithNumber(page, values[row * stride], openMetrics);
    if (tail !== undefined) tail(page, row, 0);
    if (created !== undefined) {
      writer.load(row);
      created(page, row);
    }
  };
}

function histogramRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics, type } = text;
  const { points, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const buckets = [...points, Number.POSITIVE_INFINITY].map((bound) =>
    lineShape(`${names.sample}_bucket`, 'le', numberText(bound, openMetrics)),
  );
  const gauge = openMetrics && type === 'gauge_histogram';
  const sumShape = lineShape(`${names.sample}${gauge ? '_gsum' : '_sum'}`);
  const countShape = lineShape(`${names.sample}${gauge ? '_gcount' : '_count'}`);
  const created = createdLine(text, writer);
  const tail = tailOf(text, true);
  return (page, row) => {
    writer.load(row);
    let count = 0;
    for (let i = 0; i < buckets.length; i++) {
      count += values[row * stride + i];
      writer.begin(page, buckets[i]);
      endWithCount(page, count, openMetrics);
      if (tail !== undefined) tail(page, row, i);
    }
    const sum = values[row * stride + stride - 1];
    // OpenMetrics forbids the sum of values that may be negative, and the count without the sum.
    if (openMetrics && !gauge && !(sum >= 0 && !(points[0] < 0))) return;
    writer.begin(page, sumShape);
    endWithNumber(page, sum, openMetrics);
    if (tail !== undefined) tail(page, row, -1);
    writer.begin(page, countShape);
    endWithCount(page, count, openMetrics);
    if (tail !== undefined) tail(page, row, -1);
    if (created !== undefined) created(page, row);
  };
}

function summaryRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics } = text;
  const { points, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const quantiles = points.map((quantile) =>
    lineShape(names.sample, 'quantile', numberText(quantile, openMetrics)),
  );
  const sumShape = lineShape(`${names.sample}_sum`);
  const countShape = lineShape(`${names.sample}_count`);
  const created = createdLine(text, writer);
  const tail = tailOf(text, false);
  return (page, row) => {
    writer.load(row);
    const start = row * stride;
    for (let i = 0; i < quantiles.length; i++) {
      writer.begin(page, quantiles[i]);
      endWithNumber(page, values[start + i], openMetrics);
      if (tail !== undefined) tail(page, row, -1);
    }
    writer.begin(page, sumShape);
    endWithNumber(page, values[start + stride - 2], openMetrics);
    if (tail !== undefined) tail(page, row, -1);
    writer.begin(page, countShape);
    endWithCount(page, values[start + stride - 1], openMetrics);
    if (tail !== undefined) tail(page, row, -1);
    if (created !== undefined) created(page, row);
  };
}

function stateRows(text: SeriesText): WriteRow {
  const { columns, names, openMetrics } = text;
  const { states, stride, values } = columns;
  const writer = new RowWriter(text.labels);
  const label = labelNameText(names.sample, text.escaping);
  const shapes = states.map((state) => lineShape(names.sample, label, state));
  const tail = tailOf(text, false);
  return (page, row) => {
    writer.load(row);
    for (let i = 0; i < shapes.length; i++) {
      writer.begin(page, shapes[i]);
      endWithCount(page, values[row * stride + i], openMetrics);
      if (tail !== undefined) tail(page, row, -1);
    }
  };
}

// Time and exemplar of a sample; a part that has neither pays nothing for them.
function tailOf(
  text: SeriesText,
  mayHaveExemplar: boolean,
): ((page: PageBuffer, row: number, cell: number) => void) | undefined {
  const { columns, openMetrics } = text;
  const { timestamps } = columns;
  const exemplars = openMetrics && mayHaveExemplar ? columns.exemplars : undefined;
  if (timestamps === undefined && exemplars === undefined) return undefined;
  return (page, row, cell) => {
    const time = timestamps?.[row] ?? Number.NaN;
    if (!Number.isNaN(time)) addTimestamp(page, time, openMetrics);
    const exemplar: Exemplar | undefined = cell < 0 ? undefined : exemplars?.get(row * columns.stride + cell);
    if (exemplar !== undefined) addExemplar(page, exemplar);
  };
}

function createdLine(text: SeriesText, writer: RowWriter): WriteRow | undefined {
  const { created } = text.columns;
  const counts = text.type === 'counter' || text.type === 'histogram' || text.type === 'summary';
  const family = text.type !== 'counter' || text.names.family !== text.names.sample;
  if (!text.created || !text.openMetrics || created === undefined || !counts || !family) return undefined;
  const shape: LineShape = lineShape(`${text.names.family}_created`);
  return (page, row) => {
    if (Number.isNaN(created[row])) return;
    writer.begin(page, shape);
    page.text(`${secondsText(created[row])}\n`);
  };
}
