import { parseArgs } from 'node:util';
import type { Options } from '@oriel/exporter';
import { MetricsError } from '@oriel/metrics';

export interface CommandLine {
  readonly help: boolean;
  /** Port of the sidecar's own API. */
  readonly port: number;
  readonly traffic: boolean;
}

/** Reads the sidecar's flags and hands the metrics flags to the exporter's options. */
export function readCommandLine(argv: readonly string[], options: Options): CommandLine {
  const config = options.flagConfig(argv);
  const { values } = parsed({
    ...config,
    options: {
      ...config.options,
      help: { type: 'boolean', short: 'h' },
      port: { type: 'string', default: '3500' },
      traffic: { type: 'boolean', default: true },
    },
  });
  options.applyFlags(values);
  return { help: values.help === true, port: portOf(values.port), traffic: values.traffic !== false };
}

export function helpText(options: Options): string {
  return `A sidecar in the manner of Dapr: invocation and state over HTTP, measured by Oriel.

Usage: run-sidecar [flags]

  --port=PORT           Port of the sidecar's API on 127.0.0.1; 0 takes any free one (default 3500)
  --no-traffic          Do not send requests to itself
  --help, -h            Show this text

${options.help()}`;
}

function parsed(config: Parameters<typeof parseArgs>[0]): { values: Record<string, unknown> } {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new MetricsError('OPTION_UNKNOWN', {
      message: `Cannot read the command line: ${cause instanceof Error ? cause.message : cause}; see --help`,
      cause,
    });
  }
}

function portOf(text: unknown): number {
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use flag --port: it is "${text}"; use an integer from 0 to 65535`,
    details: { port: text },
  });
}
