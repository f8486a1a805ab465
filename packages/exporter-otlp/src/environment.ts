import { isHeader, type OtlpProtocol, type OtlpSettings, otlpProtocols } from './settings.ts';

/** What the `OTEL_…` variables say, where they say something usable. */
export interface EnvironmentSettings
  extends Pick<
    OtlpSettings,
    | 'protocol'
    | 'headers'
    | 'compression'
    | 'timeoutMs'
    | 'intervalMs'
    | 'temporality'
    | 'tlsCa'
    | 'tlsCert'
    | 'tlsKey'
  > {
  /** Of metrics alone: taken as it is. */
  readonly metricsEndpoint?: string;
  /** Of all signals: over HTTP the path of metrics comes behind it. */
  readonly baseEndpoint?: string;
  /** Whether gRPC to an endpoint without a scheme goes without TLS. */
  readonly insecure?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of OpenTelemetry's OTLP exporters, those of metrics before the general ones.
 *
 * An empty variable counts as none; one with a value that cannot be is told to `warn` and passed over.
 * Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter" and "Environment Variable Specification".
 */
export function readEnvironment(env: Environment, warn: (message: string) => void): EnvironmentSettings {
  const read = new Reader(env, warn);
  const preference = read.one('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', {
    read: (text) => temporalities.get(text.toLowerCase()),
    wanted: 'cumulative, delta or lowmemory',
  });
  return {
    metricsEndpoint: read.text('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'),
    baseEndpoint: read.text('OTEL_EXPORTER_OTLP_ENDPOINT'),
    insecure: read.both('INSECURE', { read: flagOf, wanted: 'true or false' }),
    protocol: read.both('PROTOCOL', { read: protocolOf, wanted: otlpProtocols.join(', ') }),
    headers: read.headers(),
    compression: read.both('COMPRESSION', { read: compressionOf, wanted: 'none or gzip' }),
    timeoutMs: read.both('TIMEOUT', milliseconds),
    intervalMs: read.one('OTEL_METRIC_EXPORT_INTERVAL', milliseconds),
    temporality: preference,
    tlsCa: read.file('CERTIFICATE'),
    tlsCert: read.file('CLIENT_CERTIFICATE'),
    tlsKey: read.file('CLIENT_KEY'),
  };
}

interface Kind<T> {
  readonly read: (text: string) => T | undefined;
  readonly wanted: string;
}

const milliseconds: Kind<number> = {
  read: (text) => (/^\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
  wanted: 'milliseconds above 0',
};

// What needs little memory in an SDK is nothing else here.
const temporalities: ReadonlyMap<string, 'cumulative' | 'delta'> = new Map([
  ['cumulative', 'cumulative'],
  ['delta', 'delta'],
  ['lowmemory', 'delta'],
]);

class Reader {
  readonly #env: Environment;
  readonly #warn: (message: string) => void;

  constructor(env: Environment, warn: (message: string) => void) {
    this.#env = env;
    this.#warn = warn;
  }

  text(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  one<T>(name: string, { read, wanted }: Kind<T>): T | undefined {
    const text = this.text(name);
    const value = text === undefined ? undefined : read(text);
    if (text !== undefined && value === undefined)
      this.#warn(`Cannot read variable ${name}: it is "${text}"; use ${wanted}`);
    return value;
  }

  both<T>(end: string, kind: Kind<T>): T | undefined {
    return this.one(`OTEL_EXPORTER_OTLP_METRICS_${end}`, kind) ?? this.one(`OTEL_EXPORTER_OTLP_${end}`, kind);
  }

  file(end: string): string | undefined {
    return this.text(`OTEL_EXPORTER_OTLP_METRICS_${end}`) ?? this.text(`OTEL_EXPORTER_OTLP_${end}`);
  }

  headers(): Readonly<Record<string, string>> | undefined {
    const own = this.#headers('OTEL_EXPORTER_OTLP_METRICS_HEADERS');
    const all = this.#headers('OTEL_EXPORTER_OTLP_HEADERS');
    return own === undefined && all === undefined ? undefined : { ...all, ...own };
  }

  // What is in it may be a secret and is not shown.
  #headers(name: string): Record<string, string> | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const headers = headersOf(text);
    if (headers === undefined)
      this.#warn(
        `Cannot read variable ${name}: it is no list of headers; use key=value pairs joined by commas`,
      );
    return headers;
  }
}

function headersOf(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  try {
    const entries = pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      return [decodeURIComponent(key.trim()).toLowerCase(), decodeURIComponent(value.trim())];
    });
    const headers = Object.fromEntries(entries);
    return Object.entries<string>(headers).every(([name, text]) => isHeader(name, text))
      ? headers
      : undefined;
  } catch {
    return undefined;
  }
}

function protocolOf(text: string): OtlpProtocol | undefined {
  return otlpProtocols.find((each) => each === text);
}

function compressionOf(text: string): 'none' | 'gzip' | undefined {
  return text === 'none' || text === 'gzip' ? text : undefined;
}

function flagOf(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}
