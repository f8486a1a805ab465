// For programs that measure a runtime.
export { type RuntimeMetrics, runtimeMetrics } from './runtime-metrics.ts';
export type { RuntimeMetricsOptions } from './runtime-options.ts';
export type { Profile } from './profile.ts';
export type { Part } from './catalogue.ts';

export { type RuntimeConfig, type RuntimeConfigField, runtimeConfig } from './runtime-config.ts';

// The events of each part.
export type { ServiceRecorders } from './recorders/service-recorders.ts';

// For those who document what there is.
export { type CatalogueEntry, catalogue } from './catalogue.ts';
export type { MeasureDefinition } from './measure-definition.ts';
