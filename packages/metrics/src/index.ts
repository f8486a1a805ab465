// For code that counts.
export { Counter, type CounterChild, type CounterConfig } from './counter.ts';
export { Gauge, type GaugeChild, type GaugeConfig } from './gauge.ts';
export { Histogram, type HistogramChild, type HistogramConfig } from './histogram.ts';
export { Summary, type SummaryChild, type SummaryConfig } from './summary.ts';
export { type InstrumentOptions, type LabelsOf, type LabelValue, MetricVec } from './metric-vec.ts';
export { DEFAULT_BUCKETS, exponentialBuckets, exponentialRange, linearBuckets } from './buckets.ts';
export { type Exponential, type ExponentialOptions, exponential } from './exponential.ts';
export { type ExemplarLabels, exemplarOf } from './exemplar.ts';
export { ExemplarSampler, type ExemplarSamplerOptions } from './exemplar-sampler.ts';
export type { ExemplarClock, ExemplarSpan } from './exemplar-sampler.ts';

// For programs that put metrics together.
export { defaultRegistry, Registry, type RegistryOptions } from './registry.ts';
export type { Gatherer, GatherOptions, Registerer, UnregisterOptions } from './registry.ts';
export { mergeGatherers } from './merge.ts';
export { prefixed, withLabels, withPrefix } from './wrap.ts';
export { buildFQName, isLegacyLabelName, isLegacyMetricName, quote } from './names.ts';
export { errorCodes, MetricsError, type MetricsErrorCode, type MetricsErrorOptions } from './error.ts';

// For collectors of one's own.
export { Desc, type DescOptions, type Label, type MetricType } from './desc.ts';
export type { Collector, CounterOptions, CreatedOptions, DropSource, FamilySink } from './collector.ts';
export type { ExponentialHistogramData, HistogramData, HistogramOptions } from './collector.ts';
export type { SampleOptions, SummaryData } from './collector.ts';
export { type NamedCollector, namedCollector, type NamedCollectorOptions } from './named-collector.ts';

// For exporters.
export { countOf, labelsOf, sumOf } from './snapshot.ts';
export type { Exemplar, Family, FamilyHead, LabelColumns, SeriesColumns, Snapshot } from './snapshot.ts';
export type { ExponentialColumns } from './snapshot.ts';
export { type ExponentialBuckets, exponentialColumns, exponentialOf } from './exponential-row.ts';
export type { ExponentialRow } from './exponential-row.ts';
export { downscaleExponential, exponentialDelta, mergeExponentials } from './exponential-change.ts';
export { type ExponentialPoint, exponentialPoint } from './exponential-point.ts';
export { exponentialBound } from './exponential-bounds.ts';
export { BucketSpans } from './bucket-spans.ts';
export { sampleNames } from './sample-names.ts';
export { LABEL_VALUE_LIMIT, OVERFLOW_LABEL_VALUE } from './label-value.ts';

// For libraries that record on series of their own, as @oriel/stats does.
export { BucketSearch, bucketOf } from './bucket-search.ts';
export { checkBounds } from './buckets.ts';
export { type Allocate, CellStore } from './cell-store.ts';
export { type ExponentialCopy, ExponentialStore, type ExponentialStoreOptions } from './exponential-store.ts';
export { CellExemplars } from './cell-exemplars.ts';
export { ExemplarTurns } from './exemplar-turns.ts';
export { causeOf, type DropCause, DropCounter } from './drop-counter.ts';
export { type Labels, labelValue, valuesIn } from './label-value.ts';
export { ownCopy } from './own-copy.ts';
export { RecentCache, type RecentCacheOptions } from './recent-cache.ts';
export { LabelIndex, NO_ROW } from './label-index.ts';
export { lowestAccepted } from './histogram.ts';
