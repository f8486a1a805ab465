import { AggregationType, type ExponentialHistogram, type ViewOptions } from '@opentelemetry/sdk-metrics';

/** A view that keeps an instrument's values in exponential buckets. */
export const exponential = (name: string, maxSize = 160): ViewOptions => ({
  instrumentName: name,
  aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize, recordMinMax: true } },
});

/** A histogram with these fields, the rest empty. */
export const histogram = (fields: Partial<ExponentialHistogram>): ExponentialHistogram => ({
  count: 0,
  sum: 0,
  scale: 0,
  zeroCount: 0,
  positive: { offset: 0, bucketCounts: [] },
  negative: { offset: 0, bucketCounts: [] },
  ...fields,
});
