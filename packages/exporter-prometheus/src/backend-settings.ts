import { type TranslationStrategy, translationStrategies } from '@oriel/encoding';
import type { SettingsIssue, SettingsSchema } from '@oriel/exporter';
import type { OpenTelemetryReader } from '@oriel/otel';

/** Settings of the backend `prometheus`, from code or file. */
export interface PrometheusSettings {
  /** Process and Node runtime metrics. Default: true. */
  readonly defaultCollectors: boolean;
  /**
   * What OpenTelemetry instruments record: `true` makes the global meter provider if there is none; a reader,
   * from code, is one that a provider of one's own was given. Default: true.
   */
  readonly openTelemetry: boolean | OpenTelemetryReader;
  /** How names and units become Prometheus names. Default: `UnderscoreEscapingWithSuffixes`. */
  readonly translation: TranslationStrategy;
  /** Whether OpenMetrics pages carry `_created` lines. Default: false. */
  readonly created: boolean;
  /** Whether clients that ask for gzip or zstd get it. Default: true. */
  readonly compression: boolean;
  /** Scrapes beyond this number get 503 at once; 0 is no limit. Default: 40. */
  readonly maxConcurrentScrapes: number;
  /** Whether scrapes that wait for a gathering share it. Default: false. */
  readonly coalesce: boolean;
  /** `continue` serves what there is; `fail` answers 500 on any error. Default: `continue`. */
  readonly errorHandling: 'continue' | 'fail';
  /** A web configuration file as exporter-toolkit has it; empty for none. Default: empty. */
  readonly webConfigFile: string;
  /** Addresses such as `:9100` or `unix:/run/app.sock`, in place of the exporter's one. Default: none. */
  readonly listen: readonly string[];
  /** Whether to take the sockets that systemd passes. Default: false. */
  readonly systemdSocket: boolean;
}

interface Setting<T> {
  readonly otherwise: T;
  readonly accepts: (value: unknown) => boolean;
  /** The end of "use …". */
  readonly wanted: string;
}

function flag(otherwise: boolean): Setting<boolean> {
  return { otherwise, accepts: (value) => typeof value === 'boolean', wanted: 'true or false' };
}

const settings: { readonly [K in keyof PrometheusSettings]: Setting<PrometheusSettings[K]> } = {
  defaultCollectors: flag(true),
  openTelemetry: {
    otherwise: true,
    accepts: (value) => typeof value === 'boolean' || isReader(value),
    wanted: 'true, false or, from code, a MetricReader',
  },
  translation: {
    otherwise: 'UnderscoreEscapingWithSuffixes',
    accepts: (value) => translationStrategies.some((strategy) => strategy === value),
    wanted: `one of ${translationStrategies.join(', ')}`,
  },
  created: flag(false),
  compression: flag(true),
  maxConcurrentScrapes: {
    otherwise: 40,
    accepts: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1e6,
    wanted: 'an integer from 0 to 1000000',
  },
  coalesce: flag(false),
  errorHandling: {
    otherwise: 'continue',
    accepts: (value) => value === 'continue' || value === 'fail',
    wanted: 'continue or fail',
  },
  webConfigFile: {
    otherwise: '',
    accepts: (value) => typeof value === 'string',
    wanted: 'the path of a web configuration file',
  },
  listen: { otherwise: [], accepts: areAddresses, wanted: 'a list of addresses such as ":9100"' },
  systemdSocket: flag(false),
};

/** Checks the settings and fills in defaults. */
export const prometheusSettings: SettingsSchema<PrometheusSettings> = Object.freeze({
  safeParse(input: unknown) {
    const given = new Map(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
    const issues = [...given].flatMap(([name, value]) => issueOf(name, value));
    if (issues.length > 0) return { success: false as const, error: { issues } };
    const defaults = Object.entries(settings).map(([name, { otherwise }]) => [
      name,
      given.get(name) ?? otherwise,
    ]);
    return { success: true as const, data: Object.fromEntries(defaults) as PrometheusSettings };
  },
});

function issueOf(name: string, value: unknown): SettingsIssue[] {
  const setting = Object.hasOwn(settings, name) ? settings[name as keyof PrometheusSettings] : undefined;
  if (setting === undefined) {
    return [
      { path: [name], message: `the backend has no such setting; use ${Object.keys(settings).join(', ')}` },
    ];
  }
  return setting.accepts(value) ? [] : [{ path: [name], message: `use ${setting.wanted}` }];
}

function areAddresses(value: unknown): boolean {
  return Array.isArray(value) && value.every((address) => typeof address === 'string');
}

function isReader(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'collect' in value && typeof value.collect === 'function'
  );
}
