// For code that records.
export { measureDouble, measureInt64 } from './default-stats.ts';
export { type Measure, type Measurement, type MeasureOptions, record } from './measure.ts';
export type { BoundRecorder } from './bound-recorder.ts';
export type { RecordOptions, Tags } from './watcher.ts';
export { type TagKey, tagKey } from './tag-key.ts';
export { activeTags, setTags, tagsOf, withTags } from './tag-context.ts';
export { insert, NO_PROPAGATION, remove, UNLIMITED_PROPAGATION, update, upsert } from './tag-mutator.ts';
export type { TagMetadata, TagMutator, TagTtl } from './tag-mutator.ts';
export { type TagChangeOptions, type TagChanges, TagMap } from './tag-map.ts';

// For code that decides what is kept.
export { count, distribution, exponential, lastValue, sum } from './aggregation.ts';
export type { Aggregation, Count, Distribution, Exponential, LastValue, Sum } from './aggregation.ts';
export { type View, type ViewOptions, view } from './view.ts';
export { findView, registerViews, retrieveData, unregisterViews } from './default-stats.ts';
export {
  type ConfiguredViews,
  type MeasureInfo,
  type PlanOptions,
  Stats,
  type StatsOptions,
} from './stats.ts';
export { defaultStats } from './default-stats.ts';
export { spanExemplars } from './span-exemplars.ts';
export type { DistributionRow, ExponentialViewRow, ViewRow } from './view-rows.ts';

// For operators.
export { type ViewConfig, type ViewConfigField, viewConfig } from './view-config.ts';
export type { ViewConfigIssue, ViewConfigPlan } from './config-report.ts';
export type { ViewConfigValues } from './view-policy.ts';
export type { ViewEntryValues } from './view-entry.ts';
export type { TagRuleValues } from './tag-rules.ts';
export type { LabelRuleValues, ValueRuleValues } from './value-rules.ts';
export type { LatencyBucketValues, UnitBounds } from './latency-buckets.ts';

// For code that carries tags from process to process.
export { decodeTags, encodeTags } from './tag-codec.ts';
export { decodeTagsText, encodeTagsText } from './tag-text-codec.ts';
export { type TagFilter, type TagFilterRule, tagFilter } from './tag-filter.ts';
export type { DecodeTagsOptions, EncodeTagsOptions } from './tag-wire.ts';
export type { OnTagDropped, TagDropReason } from './tag-drop.ts';
