import { type LogLevel, logLevels } from './logger.ts';
import {
  areTargets,
  integerTo,
  isBoolean,
  isFilePath,
  isListenAddress,
  isNamespace,
  isUrlPath,
  type OptionCheck,
  oneOf,
  textThat,
} from './option-check.ts';

/** Every option with the type of its value. */
export interface OptionValues {
  readonly metricsEnabled: boolean;
  readonly metricsPort: number;
  readonly metricsListenAddress: string;
  readonly metricsPath: string;
  readonly namespace: string;
  readonly exporters: readonly string[];
  readonly exemplars: boolean;
  readonly configFile: string;
  readonly configReload: ConfigReload;
  readonly startTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly logLevel: LogLevel;
}

/** What makes a running exporter read its file again. */
export type ConfigReload = (typeof configReloads)[number];

const configReloads = ['both', 'watch', 'signal', 'off'] as const;

export type OptionName = keyof OptionValues;
export type OptionValue = OptionValues[OptionName];

/** One option: the only place that says what it takes, means and is called. */
export interface OptionDefinition {
  readonly name: OptionName;
  readonly kind: 'boolean' | 'integer' | 'string' | 'list';
  readonly default: OptionValue;
  readonly description: string;
  /** What a value must be, as the end of "use …". */
  readonly wanted: string;
  /** Without dashes. */
  readonly flag?: string;
  /** The first that is set and not empty counts. */
  readonly variables: readonly string[];
  /** Whether a configuration file may set it. */
  readonly inFile: boolean;
  /** Whether a file that is read again changes it without a restart. Default: false. */
  readonly live?: boolean;
  readonly accepts: OptionCheck<OptionValue>;
}

const milliseconds = 'an integer from 0 to 600000';

const definitions: readonly OptionDefinition[] = [
  {
    name: 'metricsEnabled',
    kind: 'boolean',
    default: true,
    description: 'Export metrics; when false nothing opens and nothing runs',
    wanted: 'true or false',
    flag: 'enable-metrics',
    variables: ['ORIEL_METRICS_ENABLED'],
    inFile: true,
    accepts: isBoolean,
  },
  {
    name: 'metricsPort',
    kind: 'integer',
    default: 9090,
    description: 'Port of the metrics server; 0 takes any free one',
    wanted: 'an integer from 0 to 65535',
    flag: 'metrics-port',
    variables: ['ORIEL_METRICS_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
    inFile: true,
    accepts: integerTo(65_535),
  },
  {
    name: 'metricsListenAddress',
    kind: 'string',
    default: '',
    description: 'Address the metrics server listens on; empty for all interfaces',
    wanted: 'an IPv4 or IPv6 address or a host name, without a port',
    flag: 'metrics-listen-address',
    variables: ['ORIEL_METRICS_LISTEN_ADDRESS', 'OTEL_EXPORTER_PROMETHEUS_HOST'],
    inFile: true,
    accepts: textThat(isListenAddress),
  },
  {
    name: 'metricsPath',
    kind: 'string',
    default: '/metrics',
    description: 'Path the metrics are served on',
    wanted: 'a path such as "/metrics", without query, spaces or dot segments',
    flag: 'metrics-path',
    variables: ['ORIEL_METRICS_PATH'],
    inFile: true,
    accepts: textThat(isUrlPath),
  },
  {
    name: 'namespace',
    kind: 'string',
    default: '',
    description: 'Prefix of the names of views',
    wanted: 'up to 200 characters without spaces or control characters',
    flag: 'metrics-namespace',
    variables: ['ORIEL_METRICS_NAMESPACE'],
    inFile: true,
    accepts: textThat(isNamespace),
  },
  {
    name: 'exporters',
    kind: 'list',
    default: Object.freeze(['prometheus']),
    description: 'Backends to run, comma separated, by name or URL',
    wanted:
      'different backend names or URLs, at least one, such as "prometheus" or "statsd://127.0.0.1:8125"',
    flag: 'metrics-exporters',
    variables: ['ORIEL_METRICS_EXPORTERS'],
    inFile: true,
    accepts: areTargets,
  },
  {
    name: 'exemplars',
    kind: 'boolean',
    default: false,
    description: 'Keep active OpenTelemetry spans as exemplars of counters and histograms',
    wanted: 'true or false',
    flag: 'metrics-exemplars',
    variables: ['ORIEL_METRICS_EXEMPLARS'],
    inFile: true,
    accepts: isBoolean,
  },
  {
    name: 'configFile',
    kind: 'string',
    default: '',
    description: 'YAML or JSON file with these options; empty for none',
    wanted: 'the path of a file',
    flag: 'metrics-config',
    variables: ['ORIEL_METRICS_CONFIG'],
    inFile: false,
    accepts: textThat(isFilePath),
  },
  {
    name: 'configReload',
    kind: 'string',
    default: 'both',
    description: 'What has the file read again: watch (it changed), signal (SIGHUP), both or off',
    wanted: `one of ${configReloads.join(', ')}`,
    flag: 'metrics-config-reload',
    variables: ['ORIEL_METRICS_CONFIG_RELOAD'],
    inFile: true,
    accepts: oneOf(configReloads),
  },
  {
    name: 'startTimeoutMs',
    kind: 'integer',
    default: 10_000,
    description: 'Milliseconds a backend has to start before it counts as failed',
    wanted: milliseconds,
    variables: ['ORIEL_METRICS_START_TIMEOUT_MS'],
    inFile: true,
    accepts: integerTo(600_000),
  },
  {
    name: 'shutdownTimeoutMs',
    kind: 'integer',
    default: 5_000,
    description: 'Milliseconds a backend has to flush or to stop before it is left behind',
    wanted: milliseconds,
    variables: ['ORIEL_METRICS_SHUTDOWN_TIMEOUT_MS'],
    inFile: true,
    accepts: integerTo(600_000),
  },
  {
    name: 'logLevel',
    kind: 'string',
    default: 'info',
    description: 'Level of the default logger',
    wanted: `one of ${logLevels.join(', ')}`,
    variables: ['ORIEL_LOG_LEVEL'],
    inFile: true,
    live: true,
    accepts: oneOf(logLevels),
  },
];

/** All options, in the order a newcomer meets them. */
export const optionTable: readonly OptionDefinition[] = Object.freeze(
  definitions.map((row) => Object.freeze(row)),
);

const byName = new Map(optionTable.map((row) => [row.name as string, row]));

/** The definition of an option, or `undefined` if there is none of this name. */
export function findOption(name: string): OptionDefinition | undefined {
  return byName.get(name);
}
