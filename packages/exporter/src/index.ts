// For programs that export.

export type {
  Backend,
  BackendContext,
  BackendDefinition,
  BackendInstance,
  BoundAddress,
  ExporterRegistry,
  SettingsIssue,
  SettingsSchema,
} from './backend.ts';
// For those who write backends.
export { defineBackend } from './backend.ts';
export type { BackendState, BackendStatus } from './backend-runner.ts';
export type { Clock, ClockTimer } from './clock.ts';
export { systemClock } from './clock.ts';
export type { Exporter, ExporterConfig } from './exporter.ts';
export { newExporter } from './exporter.ts';
export type { Logger, LogLevel } from './logger.ts';
export type { Environment } from './option-environment.ts';
export type { FlagConfig, FlagSet } from './option-flags.ts';
export type { OptionSource } from './option-store.ts';
export type { OptionName, OptionValue, OptionValues } from './option-table.ts';
export type { OptionDescription, OptionsState } from './options.ts';
export type { BackendSettings, SettingsView } from './settings-store.ts';
export { Options } from './options.ts';
export type { PushLoopCounts, PushLoopOptions } from './push-loop.ts';
export { PushLoop } from './push-loop.ts';
export type { Resource } from './resource.ts';
export { readResource } from './resource.ts';
