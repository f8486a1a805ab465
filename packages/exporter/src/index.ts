// For programs that export.
export { type Exporter, newExporter } from './exporter.ts';
export type { ExporterConfig } from './exporter-config.ts';
export type { ReloadOutcome } from './running-config.ts';
export { type OptionDescription, Options, type OptionsState } from './options.ts';
export type { ConfigReload, OptionName, OptionValue, OptionValues } from './option-table.ts';
export type { OptionSource } from './option-store.ts';
export type { FlagConfig, FlagSet } from './option-flags.ts';
export type { Environment } from './option-environment.ts';
export type { BackendState, BackendStatus } from './backend-runner.ts';
export type { BackendSettings, SettingsView } from './settings-store.ts';
export type { Logger, LogLevel } from './logger.ts';
export type { ConsoleSettings } from './console-settings.ts';
export type { EncodeText, FileSettings } from './file-settings.ts';

// For parts of a program that take fields of the operator's file.
export type { Configurable, ConfigField, ConfigIssue, ConfigPlan } from './configurable.ts';

// For those who write backends.
export { type Backend, type BackendContext, type BackendDefinition, defineBackend } from './backend.ts';
export type { BackendInstance, BoundAddress, ExporterRegistry } from './backend.ts';
export type { SettingsIssue, SettingsSchema } from './backend.ts';
export { PushLoop, type PushLoopCounts } from './push-loop.ts';
export type { PushLoopOptions } from './push-loop-options.ts';
export { PushHealth, type PushHealthContext, type PushQueue } from './push-health.ts';
export { namespaced } from './namespaced.ts';
export { untimed } from './untimed.ts';
export { WarnOnce } from './warn-once.ts';
export { WorkSlices } from './work-slices.ts';
export { DeltaView } from './delta-view.ts';
export { type EndedSeries, endedSeries } from './ended-series.ts';
export { type Clock, type ClockTimer, systemClock } from './clock.ts';
export { readResource, type Resource } from './resource.ts';

// For the settings of a backend.
export { type SettingDescription, type SettingsTable, settingsTable } from './settings-table.ts';
export { choiceSetting, flagSetting, integerSetting, textMapSetting, textSetting } from './setting-kinds.ts';
export type { IntegerRange, Setting, SettingFacts } from './setting-kinds.ts';
