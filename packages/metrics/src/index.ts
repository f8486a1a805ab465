// For code that counts.

// For libraries that record on series of their own, as @oriel/stats does.
export {
  bucketOf,
  checkBounds,
  DEFAULT_BUCKETS,
  exponentialBuckets,
  exponentialRange,
  linearBuckets,
} from './buckets.ts';
export type { Allocate } from './cell-store.ts';
export { CellStore } from './cell-store.ts';
export type {
  Collector,
  CounterOptions,
  CreatedOptions,
  DropSource,
  FamilySink,
  HistogramData,
  HistogramOptions,
  SampleOptions,
  SummaryData,
} from './collector.ts';
export type { CounterConfig } from './counter.ts';
export { Counter, CounterChild } from './counter.ts';
export type { DescOptions, Label, MetricType } from './desc.ts';
// For collectors of one's own.
export { Desc } from './desc.ts';
export type { DropCause } from './drop-counter.ts';
export { causeOf, DropCounter } from './drop-counter.ts';
export type { MetricsErrorCode, MetricsErrorOptions } from './error.ts';
export { errorCodes, MetricsError } from './error.ts';
export type { ExemplarLabels } from './exemplar.ts';
export type { GaugeConfig } from './gauge.ts';
export { Gauge, GaugeChild } from './gauge.ts';
export type { HistogramConfig } from './histogram.ts';
export { Histogram, HistogramChild, lowestAccepted } from './histogram.ts';
export { LabelIndex, NO_ROW } from './label-index.ts';
export type { Labels } from './label-value.ts';
export { LABEL_VALUE_LIMIT, OVERFLOW_LABEL_VALUE } from './label-value.ts';
export { mergeGatherers } from './merge.ts';
export type { InstrumentOptions, LabelsOf, LabelValue } from './metric-vec.ts';
export { MetricVec } from './metric-vec.ts';
export {
  buildFQName,
  checkLabelName,
  checkMetricName,
  isLegacyLabelName,
  isLegacyMetricName,
  quote,
} from './names.ts';
export type { Gatherer, GatherOptions, Registerer, RegistryOptions } from './registry.ts';
// For programs that put metrics together.
export { defaultRegistry, Registry } from './registry.ts';
export { sampleNames } from './sample-names.ts';
export { DEFAULT_SERIES_LIMIT } from './series-table.ts';
export type { Exemplar, Family, FamilyHead, LabelColumns, SeriesColumns, Snapshot } from './snapshot.ts';
// For exporters.
export { countOf, labelsOf, sumOf } from './snapshot.ts';
export type { SummaryConfig } from './summary.ts';
export { Summary, SummaryChild } from './summary.ts';
export { prefixed, withLabels, withPrefix } from './wrap.ts';
