// For programs that export.
export { type Exporter, type ExporterConfig, newExporter } from './exporter.ts';
export { type OptionDescription, Options, type OptionsState } from './options.ts';
export type { OptionName, OptionValue, OptionValues } from './option-table.ts';
export type { OptionSource } from './option-store.ts';
export type { FlagConfig, FlagSet } from './option-flags.ts';
export type { Environment } from './option-environment.ts';
export type { BackendState, BackendStatus } from './backend-runner.ts';
export type { BackendSettings, SettingsView } from './settings-store.ts';
export type { Logger, LogLevel } from './logger.ts';

// For those who write backends.
export { type Backend, type BackendContext, type BackendDefinition, defineBackend } from './backend.ts';
export type { BackendInstance, BoundAddress, ExporterRegistry } from './backend.ts';
export type { SettingsIssue, SettingsSchema } from './backend.ts';
export { PushLoop, type PushLoopCounts, type PushLoopOptions } from './push-loop.ts';
export { type Clock, type ClockTimer, systemClock } from './clock.ts';
export { readResource, type Resource } from './resource.ts';
