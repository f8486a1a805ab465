import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  choiceSetting,
  flagSetting,
  integerSetting,
  type Setting,
  type SettingsTable,
  settingsTable,
  textMapSetting,
  textSetting,
} from '@oriel/exporter';

/** How OTLP travels. */
export type OtlpProtocol = (typeof otlpProtocols)[number];

export const otlpProtocols = ['http/protobuf', 'http/json', 'grpc'] as const;

/** Settings of the backend `otlp`, from code, file or the query of its URL; what is not set comes from `OTEL_…` variables. */
export interface OtlpSettings {
  readonly endpoint?: string | undefined;
  readonly protocol?: OtlpProtocol | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly compression?: 'none' | 'gzip' | undefined;
  readonly timeoutMs?: number | undefined;
  readonly intervalMs?: number | undefined;
  readonly queueLimit: number;
  readonly maxPoints: number;
  readonly temporality?: 'cumulative' | 'delta' | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly tlsServerName: string;
  readonly tlsInsecure: boolean;
}

/** Checks, defaults and documentation of the settings. */
export const otlpSettings: SettingsTable<OtlpSettings> = settingsTable<OtlpSettings>({
  endpoint: unlessSet(
    '`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, else `OTEL_EXPORTER_OTLP_ENDPOINT`, else this machine',
    textSetting({
      default: '',
      passes: (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      wanted: 'an http or https URL',
      description: 'Where to send, unless the backend is named by URL; without a path to `/v1/metrics`',
    }),
  ),
  protocol: unlessSet(
    'what the URL says, else `OTEL_EXPORTER_OTLP_[METRICS_]PROTOCOL`, else `http/protobuf`',
    choiceSetting({ default: 'http/protobuf', choices: otlpProtocols, description: 'How it travels' }),
  ),
  headers: unlessSet(
    'none',
    textMapSetting({
      default: {},
      passes: isHeader,
      wanted: 'texts by header name, without those of the body and the connection',
      description: 'Headers, or metadata of gRPC, on top of `OTEL_EXPORTER_OTLP_[METRICS_]HEADERS`',
    }),
  ),
  compression: unlessSet(
    '`OTEL_EXPORTER_OTLP_[METRICS_]COMPRESSION`, else `none`',
    choiceSetting({ default: 'none', choices: ['none', 'gzip'], description: 'How requests are compressed' }),
  ),
  timeoutMs: unlessSet(
    '`OTEL_EXPORTER_OTLP_[METRICS_]TIMEOUT`, else `10000`',
    integerSetting({
      default: 10_000,
      least: 1,
      most: 3_600_000,
      description: 'Milliseconds a request may take',
    }),
  ),
  intervalMs: unlessSet(
    '`OTEL_METRIC_EXPORT_INTERVAL`, else `60000`',
    integerSetting({
      default: 60_000,
      least: 100,
      most: 86_400_000,
      description: 'Milliseconds between two pushes, each shortened by up to a tenth',
    }),
  ),
  queueLimit: integerSetting({
    default: 10,
    least: 1,
    most: 10_000,
    description: 'Snapshots kept while they cannot be sent; beyond it the oldest is dropped',
  }),
  maxPoints: integerSetting({
    default: 1000,
    least: 1,
    most: 1_000_000,
    description: 'Points in a request; a histogram counts one more for each 8 of its buckets',
  }),
  temporality: unlessSet(
    '`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`',
    choiceSetting({
      default: 'cumulative',
      choices: ['cumulative', 'delta'],
      description: 'Whether totals are sent, or what was added since the last push that arrived',
    }),
  ),
  resourceAttributes: textMapSetting({
    default: {},
    wanted: 'texts by attribute name',
    description: 'Attributes of the resource, on top of `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`',
  }),
  tlsCa: pem('CERTIFICATE', 'Certificates to trust in place of the system’s, PEM or a file'),
  tlsCert: pem('CLIENT_CERTIFICATE', 'Certificate of the client, PEM or a file'),
  tlsKey: pem('CLIENT_KEY', 'Key of the client, PEM or a file'),
  tlsServerName: textSetting({
    default: '',
    wanted: 'a host name',
    shownDefault: 'the host',
    description: 'Name that the certificate of the receiver must have',
  }),
  tlsInsecure: flagSetting({ default: false, description: 'Takes any certificate: anybody may answer' }),
});

/** A setting that leaves it to a variable while it is not set. */
function unlessSet<T>(shownDefault: string, setting: Setting<T>): Setting<T | undefined> {
  return Object.freeze({ ...setting, default: undefined, shownDefault });
}

function pem(variable: string, description: string): Setting<string | undefined> {
  const setting = textSetting({ default: '', wanted: 'PEM or a path', description });
  return unlessSet(`\`OTEL_EXPORTER_OTLP_[METRICS_]${variable}\``, setting);
}

/** Whether this can be a header, apart from those that the protocol writes. */
export function isHeader(name: string, content: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, content);
    return !/^(content-(type|length|encoding)|transfer-encoding|connection|host|te)$/i.test(name);
  } catch {
    return false;
  }
}
