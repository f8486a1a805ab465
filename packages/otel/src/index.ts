// OpenTelemetry instruments into a registry.
export type { MeterProviderForOptions } from './meter-provider.ts';
export { meterProviderFor } from './meter-provider.ts';
export type { OpenTelemetryCollectorOptions } from './open-telemetry-collector.ts';
export { openTelemetryCollector } from './open-telemetry-collector.ts';
export type { OpenTelemetryReader } from './reader-turn.ts';

// A registry out to OpenTelemetry.
export { metricProducerFor, type MetricProducerOptions } from './metric-producer.ts';

// For exporters that carry what OpenTelemetry's do.
export { rowBatches, type RowBatchOptions, type ScopedRange } from './row-batches.ts';
export { plainResource } from './metric-producer.ts';
export { resourceAttributes } from './resource-attributes.ts';
export type { RowRange } from './range-points.ts';
export type { Scope } from './scope.ts';

// By OpenTelemetry's serializers.
export type { PointFacts } from './metric-data.ts';
export { scopeMetricsOf } from './scope-metrics.ts';

// By serializers of their own.
export { hasStart, plannedMetrics } from './planned-metric.ts';
export type { MetricKind, PlannedLine, PlannedMetric } from './planned-metric.ts';
export { isPointLabel } from './row-scope.ts';
export { unitCode } from './unit-code.ts';
