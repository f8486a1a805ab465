// OpenTelemetry instruments into a registry.
export type { MeterProviderForOptions } from './meter-provider.ts';
export { meterProviderFor } from './meter-provider.ts';
export type { OpenTelemetryCollectorOptions } from './open-telemetry-collector.ts';
export { openTelemetryCollector } from './open-telemetry-collector.ts';
export type { OpenTelemetryReader } from './reader-turn.ts';
