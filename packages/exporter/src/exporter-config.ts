import { MetricsError } from '@oriel/metrics';
import { type Backend, type ExporterRegistry, isBackend } from './backend.ts';
import { checkBackends } from './backend-settings.ts';
import type { Clock } from './clock.ts';
import { ownFields } from './config-file.ts';
import { kindFields } from './config-source.ts';
import { type Configurable, checkConfigurables } from './configurable.ts';
import type { Logger } from './logger.ts';
import type { Environment } from './option-environment.ts';
import { optionUnknown, shown } from './option-error.ts';
import { type OptionValues, optionTable } from './option-table.ts';
import type { BackendSettings } from './settings-store.ts';

/** What code chooses: any option, the weakest of all sources, and what only code can give. */
export interface ExporterConfig extends Partial<Omit<OptionValues, 'namespace'>> {
  /** Default: the default registry of `@oriel/metrics`. */
  readonly registry?: ExporterRegistry;
  /** Default: pino at the level of the option `logLevel`. */
  readonly logger?: Logger;
  /** Plug-ins to choose from by name. Others are looked for among the installed packages. */
  readonly backends?: readonly Backend[];
  readonly backendSettings?: BackendSettings;
  /** Parts of the program that take fields of the configuration file, such as `viewConfig(stats)`. */
  readonly configurables?: readonly Configurable[];
  /** Whether `init` rejects when a backend cannot start. Default: `log`. */
  readonly onStartError?: 'log' | 'throw';
  /** Default: `process.env`. */
  readonly env?: Environment;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

const onlyCode = [
  'registry',
  'logger',
  'backends',
  'backendSettings',
  'configurables',
  'onStartError',
  'env',
  'clock',
] as const;

/** Refuses what only code can give and is wrong. Errors: {@link MetricsError} `OPTION_INVALID`, `OPTION_UNKNOWN`. */
export function checkConfig(config: ExporterConfig): void {
  checkKeys(config);
  checkOnStartError(config.onStartError ?? 'log');
  checkBackends(config.backends ?? [], isBackend);
  checkConfigurables(config.configurables ?? [], [...optionNames, ...Object.keys(ownFields), ...kindFields]);
}

const optionNames: readonly string[] = optionTable.map((row) => row.name);

function checkKeys(config: object): void {
  const known = [...optionNames, ...onlyCode];
  const wrong = Object.keys(config).find((key) => !known.includes(key));
  if (wrong !== undefined) throw optionUnknown(wrong, known);
}

function checkOnStartError(value: unknown): void {
  if (value === 'log' || value === 'throw') return;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use option "onStartError" from code: it is ${shown(value)}; use "log" or "throw"`,
    details: { option: 'onStartError', value },
  });
}
