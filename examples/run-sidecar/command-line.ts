import { parseArgs } from 'node:util';
import { Options } from '@oriel/exporter';
import { MetricsError } from '@oriel/metrics';
import type { Profile } from '@oriel/views-runtime';

/** What the command line says. */
export interface CommandLine {
  readonly help: boolean;
  /** Port of the HTTP API. */
  readonly port: number;
  readonly grpcPort: number;
  readonly profile: Profile;
  readonly redis: string | undefined;
  /** Requests of its own a second; 0 for none. */
  readonly rate: number;
  /** The metrics flags, for the exporter's options. */
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** Reads the sidecar's own flags. Errors: {@link MetricsError} `OPTION_UNKNOWN`, `OPTION_INVALID`. */
export function readCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  const config = new Options().flagConfig(argv);
  const values = parsed({
    ...config,
    options: {
      ...config.options,
      help: { type: 'boolean', short: 'h' },
      port: { type: 'string', default: '3500' },
      'grpc-port': { type: 'string', default: '50001' },
      profile: { type: 'string', default: 'default' },
      redis: { type: 'string', default: env.SIDECAR_REDIS },
      rate: { type: 'string', default: '20' },
      traffic: { type: 'boolean', default: true },
    },
  });
  return {
    help: values.help === true,
    port: portOf('port', values.port),
    grpcPort: portOf('grpc-port', values['grpc-port']),
    profile: profileOf(values.profile),
    redis: redisOf(values.redis),
    rate: values.traffic === false ? 0 : rateOf(values.rate),
    metrics: values,
  };
}

/** The text of `--help`; the second half is about the metrics and the operator's file. */
export function helpText(metricsHelp: string): string {
  return `A sidecar in the manner of Dapr, with apps to call and traffic of its own, measured by Oriel.

Usage: run-sidecar [flags]

  --port PORT           Port of the HTTP API on 127.0.0.1; 0 takes any free one (default 3500)
  --grpc-port PORT      Port of the gRPC API on 127.0.0.1; 0 takes any free one (default 50001)
  --redis TARGET        redis://host:port, rediss://… or the path of a socket, for state and messages
                        (default: they live in this process) [SIDECAR_REDIS]
  --profile NAME        Names of the metrics: default, by today's conventions, or dapr
  --rate NUMBER         Requests it sends to itself a second, at most 1000 (default 20)
  --no-traffic          Do not send requests to itself
  --help, -h            Show this text

${metricsHelp}`;
}

function parsed(config: Parameters<typeof parseArgs>[0]): Record<string, unknown> {
  try {
    return parseArgs(config).values;
  } catch (cause) {
    throw new MetricsError('OPTION_UNKNOWN', {
      message: `Cannot read the command line: ${cause instanceof Error ? cause.message : cause}; see --help`,
      cause,
    });
  }
}

function portOf(flag: string, text: unknown): number {
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw invalid(flag, text, 'an integer from 0 to 65535');
}

function rateOf(text: unknown): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 1000) return rate;
  throw invalid('rate', text, 'a number above 0 and up to 1000, or --no-traffic');
}

function profileOf(text: unknown): Profile {
  if (text === 'default' || text === 'dapr') return text;
  throw invalid('profile', text, '"default" or "dapr"');
}

function redisOf(text: unknown): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && /^(rediss?:\/\/|\/).+/.test(text)) return text;
  throw invalid('redis', text, 'redis://host:port, rediss://host:port or the path of a socket');
}

function invalid(flag: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use flag --${flag}: it is "${value}"; use ${wanted}`,
    details: { flag, value },
  });
}
