import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { SettingsIssue, SettingsSchema } from '@oriel/exporter';

/** How OTLP travels. */
export type OtlpProtocol = (typeof otlpProtocols)[number];

export const otlpProtocols = ['http/protobuf', 'http/json', 'grpc'] as const;

/** Settings of the backend `otlp`, from code or file; what is not set comes from `OTEL_…` variables. */
export interface OtlpSettings {
  readonly endpoint?: string;
  readonly protocol?: OtlpProtocol;
  readonly headers?: Readonly<Record<string, string>>;
  readonly compression?: 'none' | 'gzip';
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly queueLimit: number;
  readonly maxPoints: number;
  readonly temporality?: 'cumulative' | 'delta';
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsServerName: string;
  readonly tlsInsecure: boolean;
}

/** One setting, as it is checked and documented. */
interface Setting {
  readonly default: unknown;
  /** The end of "use …". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
  readonly description: string;
  /** The default as the README shows it. Default: the value. */
  readonly shownDefault?: string;
}

const day = 86_400_000;

const table: { readonly [K in keyof OtlpSettings]-?: Setting } = {
  endpoint: {
    ...text('an http or https URL', isWebUrl),
    description: 'Where to send, unless the backend is named by URL; without a path to `/v1/metrics`',
    shownDefault:
      '`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, else `OTEL_EXPORTER_OTLP_ENDPOINT`, else this machine',
  },
  protocol: {
    ...choice(otlpProtocols),
    description: 'How it travels',
    shownDefault: 'of the URL, else `OTEL_EXPORTER_OTLP_(METRICS_)PROTOCOL`, else `http/protobuf`',
  },
  headers: {
    default: undefined,
    accepts: areHeaders,
    wanted: 'texts by header name',
    description: 'Headers, or metadata of gRPC, on top of those of the variables',
    shownDefault: '`OTEL_EXPORTER_OTLP_(METRICS_)HEADERS`',
  },
  compression: {
    ...choice(['none', 'gzip']),
    description: 'How requests are compressed, off the main thread',
    shownDefault: '`OTEL_EXPORTER_OTLP_(METRICS_)COMPRESSION`, else `none`',
  },
  timeoutMs: {
    ...whole(undefined, 1, 3_600_000),
    description: 'Milliseconds a request may take',
    shownDefault: '`OTEL_EXPORTER_OTLP_(METRICS_)TIMEOUT`, else `10000`',
  },
  intervalMs: {
    ...whole(undefined, 100, day),
    description: 'Milliseconds between two pushes, each shortened by up to a tenth',
    shownDefault: '`OTEL_METRIC_EXPORT_INTERVAL`, else `60000`',
  },
  queueLimit: {
    ...whole(10, 1, 10_000),
    description: 'Snapshots kept while they cannot be sent; beyond it the oldest is dropped',
  },
  maxPoints: {
    ...whole(1000, 1, 1_000_000),
    description: 'Points in a request; a histogram counts 1 more for each 8 of its buckets',
  },
  temporality: {
    ...choice(['cumulative', 'delta']),
    description: 'Whether totals are sent or what was added since the last push that arrived',
    shownDefault: '`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`',
  },
  resourceAttributes: {
    default: {},
    accepts: isTextRecord,
    wanted: 'texts by attribute name',
    description: 'Attributes of the resource, on top of `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`',
    shownDefault: 'none',
  },
  tlsCa: {
    ...text('PEM or a path'),
    description: 'Certificates to trust in place of the system’s, PEM or a file',
    shownDefault: '`OTEL_EXPORTER_OTLP_(METRICS_)CERTIFICATE`',
  },
  tlsCert: {
    ...text('PEM or a path'),
    description: 'Certificate of the client, PEM or a file',
    shownDefault: '`OTEL_EXPORTER_OTLP_(METRICS_)CLIENT_CERTIFICATE`',
  },
  tlsKey: {
    ...text('PEM or a path'),
    description: 'Key of the client, PEM or a file',
    shownDefault: '`OTEL_EXPORTER_OTLP_(METRICS_)CLIENT_KEY`',
  },
  tlsServerName: {
    ...text('a host name'),
    default: '',
    description: 'Name that the certificate of the receiver must have',
    shownDefault: 'the host',
  },
  tlsInsecure: {
    default: false,
    accepts: (value) => typeof value === 'boolean',
    wanted: 'true or false',
    description: 'Takes any certificate: anybody may answer',
  },
};

/** A setting as the README shows it. */
export interface SettingDescription {
  readonly name: string;
  readonly default: string;
  readonly wanted: string;
  readonly description: string;
}

/** Every setting, in the order of the documentation. */
export function describeSettings(): SettingDescription[] {
  return Object.entries<Setting>(table).map(
    ([name, { default: value, shownDefault, wanted, description }]) => {
      return { name, default: shownDefault ?? `\`${String(value)}\``, wanted, description };
    },
  );
}

/** Checks the settings and fills in defaults. */
export const otlpSettings: SettingsSchema<OtlpSettings> = Object.freeze({
  safeParse(input: unknown) {
    const given = new Map(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
    const issues = [...[...given].flatMap(([name, value]) => issueOf(name, value)), ...halfClient(given)];
    if (issues.length > 0) return { success: false as const, error: { issues } };
    const data = Object.entries<Setting>(table).map(([name, row]) => [name, given.get(name) ?? row.default]);
    return { success: true as const, data: Object.fromEntries(data) as OtlpSettings };
  },
});

function issueOf(name: string, value: unknown): SettingsIssue[] {
  const row = Object.hasOwn(table, name) ? table[name as keyof OtlpSettings] : undefined;
  if (row !== undefined) return row.accepts(value) ? [] : [{ path: [name], message: `use ${row.wanted}` }];
  const known = Object.keys(table).join(', ');
  return [{ path: [name], message: `the backend has no such setting; use ${known}` }];
}

function halfClient(given: ReadonlyMap<string, unknown>): SettingsIssue[] {
  if (given.has('tlsCert') === given.has('tlsKey')) return [];
  const missing = given.has('tlsCert') ? 'tlsKey' : 'tlsCert';
  return [{ path: [missing], message: 'a client needs certificate and key; set both' }];
}

type Kind = Pick<Setting, 'default' | 'wanted' | 'accepts'>;

function text(wanted: string, passes: (text: string) => boolean = () => true): Kind {
  return { default: undefined, wanted, accepts: (value) => typeof value === 'string' && passes(value) };
}

function choice(values: readonly string[]): Kind {
  const accepts = (value: unknown): boolean => values.some((each) => each === value);
  return { default: undefined, wanted: `one of ${values.join(', ')}`, accepts };
}

function whole(otherwise: number | undefined, least: number, most: number): Kind {
  const accepts = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return { default: otherwise, wanted: `an integer from ${least} to ${most}`, accepts };
}

function isWebUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** Whether these can be headers, apart from those that the protocol writes. */
export function areHeaders(value: unknown): boolean {
  if (!isTextRecord(value)) return false;
  return Object.entries(value).every(([name, content]) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, content);
      return !/^(content-(type|length|encoding)|transfer-encoding|te|:.*)$/i.test(name);
    } catch {
      return false;
    }
  });
}

function isTextRecord(value: unknown): value is Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && Object.values(value).every((each) => typeof each === 'string');
}
