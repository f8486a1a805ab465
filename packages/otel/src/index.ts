// OpenTelemetry instruments into a registry.
export type { MeterProviderForOptions } from './meter-provider.ts';
export { meterProviderFor } from './meter-provider.ts';
export type { OpenTelemetryCollectorOptions } from './open-telemetry-collector.ts';
export { openTelemetryCollector } from './open-telemetry-collector.ts';
export type { OpenTelemetryReader } from './reader-turn.ts';

// A registry out to OpenTelemetry.
export { metricProducerFor, type MetricProducerOptions } from './metric-producer.ts';

// For exporters that ride on those of OpenTelemetry.
export { type MetricBatch, metricBatches, type MetricBatchOptions } from './metric-batches.ts';
export { plainResource } from './metric-producer.ts';
export { resourceAttributes } from './metric-batches.ts';
export type { RowRange } from './range-points.ts';
