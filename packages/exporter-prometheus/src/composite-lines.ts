import { BucketSpans, type ExponentialBuckets, type ExponentialRow, exponentialOf } from '@oriel/metrics';
import { NO_CELL, tailOf } from './line-tail.ts';
import { countText, numberText } from './number-writer.ts';
import { lineShape, RowWriter } from './sample-line.ts';
import { ROW_END, type SeriesText, type WriteRow } from './series-text.ts';
import { spanCounts } from './span-counts.ts';

/** What stands between the braces of a row's value; undefined for a row that the format cannot carry. */
type ValueText = (row: number) => string | undefined;

/**
 * Rows of histograms and summaries as OpenMetrics 2.0 has them, all values of a row in one line; undefined for other
 * types and formats.
 */
export function compositeRows(text: SeriesText): WriteRow | undefined {
  const valueText = text.isInline ? valueTexts(text) : undefined;
  if (valueText === undefined) return undefined;
  const writer = new RowWriter(text.labels);
  const shape = lineShape(text.names.sample);
  const tail = tailOf(text, text.type !== 'summary');
  return (page, row) => {
    const value = valueText(row);
    if (value === undefined) return ROW_END;
    writer.load(row);
    writer.begin(page, shape);
    page.text(`{${value}}\n`);
    tail?.(page, row, NO_CELL);
    return ROW_END;
  };
}

function valueTexts(text: SeriesText): ValueText | undefined {
  switch (text.type) {
    case 'summary':
      return summaryValues(text);
    case 'gauge_histogram':
      return histogramValues(text, 'g');
    case 'histogram':
    case 'exponential_histogram':
      return histogramValues(text, '');
    default:
      return undefined;
  }
}

function histogramValues({ columns }: SeriesText, prefix: '' | 'g'): ValueText {
  const { exponential, points, stride, values } = columns;
  const bounds = [...points, Number.POSITIVE_INFINITY].map((bound) => numberText(bound, true));
  const hasClassic = exponential === undefined || points.length > 0;
  const spans = new BucketSpans();
  return (row) => {
    const start = row * stride;
    let count = 0;
    const buckets = bounds.map((bound, i) => {
      count += values[start + i];
      return `${bound}:${countText(count)}`;
    });
    const sum = numberText(values[start + stride - 1], true);
    const fields = [`${prefix}count:${countText(count)}`, `${prefix}sum:${sum}`];
    if (exponential !== undefined) fields.push(...nativeFields(exponentialOf(exponential, row), spans));
    if (hasClassic) fields.push(`bucket:[${buckets.join()}]`);
    return fields.join();
  };
}

function nativeFields(row: ExponentialRow, spans: BucketSpans): string[] {
  const zero = `zero_threshold:${numberText(row.zeroThreshold, true)},zero_count:${countText(row.zeroCount)}`;
  return [
    `schema:${row.schema}`,
    zero,
    ...bucketFields('negative', row.negative, spans),
    ...bucketFields('positive', row.positive, spans),
  ];
}

function bucketFields(sign: string, buckets: ExponentialBuckets, spans: BucketSpans): string[] {
  if (buckets.indices.length === 0) return [];
  spans.load(buckets);
  const runs = spans.offsets.map((offset, i) => `${offset}:${spans.lengths[i]}`);
  const counts = spanCounts(spans, buckets).map(countText);
  return [`${sign}_spans:[${runs.join()}]`, `${sign}_buckets:[${counts.join()}]`];
}

// The sum must be there and neither negative nor unknown: a row without one is no summary here.
function summaryValues({ columns }: SeriesText): ValueText {
  const { points, stride, values } = columns;
  const quantiles = points.map((quantile) => numberText(quantile, true));
  return (row) => {
    const start = row * stride;
    const sum = values[start + stride - 2];
    if (!(sum >= 0)) return undefined;
    const parts = quantiles.flatMap((quantile, i) => {
      const value = values[start + i];
      return value < 0 ? [] : [`${quantile}:${numberText(value, true)}`];
    });
    const count = countText(values[start + stride - 1]);
    return `count:${count},sum:${numberText(sum, true)},quantile:[${parts.join()}]`;
  };
}
