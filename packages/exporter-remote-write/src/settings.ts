import { type TranslationStrategy, translationStrategies } from '@oriel/encoding';
import type { SettingsIssue, SettingsSchema } from '@oriel/exporter';
import { MetricsError } from '@oriel/metrics';
import type { ExponentialForm } from './part-writer.ts';
import type { ProtocolVersion } from './protocol.ts';
import { areHeaders, areLabels } from './record-checks.ts';

/** Settings of the backend `remote-write`, from code or file. */
export interface RemoteWriteSettings {
  readonly url: string;
  readonly protocol: 'auto' | ProtocolVersion;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly queueLimit: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxSamplesPerSend: number;
  readonly maxBytesPerSend: number;
  readonly job: string;
  readonly instance: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly translation: TranslationStrategy;
  readonly exponentialHistograms: ExponentialForm;
  readonly exemplars: boolean;
  readonly metadata: boolean;
  readonly staleMarkers: boolean;
  readonly staleOnStop: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly username: string;
  readonly password: string;
  readonly passwordFile: string;
  readonly bearerToken: string;
  readonly bearerTokenFile: string;
  readonly tlsCa: string;
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tlsServerName: string;
  readonly tlsInsecure: boolean;
}

/** One setting, as it is checked and documented. */
export interface Setting<T> {
  readonly otherwise: T;
  readonly accepts: (value: unknown) => boolean;
  /** The end of "use …". */
  readonly wanted: string;
  readonly description: string;
}

const flag = (otherwise: boolean, description: string): Setting<boolean> => ({
  otherwise,
  accepts: (value) => typeof value === 'boolean',
  wanted: 'true or false',
  description,
});

const text = (wanted: string, description: string): Setting<string> => ({
  otherwise: '',
  accepts: (value) => typeof value === 'string',
  wanted,
  description,
});

const whole = (
  otherwise: number,
  [least, most]: readonly [number, number],
  description: string,
): Setting<number> => ({
  otherwise,
  accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  wanted: `an integer from ${least} to ${most}`,
  description,
});

const choice = <T extends string>(values: readonly T[], description: string): Setting<T> => ({
  otherwise: values[0],
  accepts: (value) => values.some((each) => each === value),
  wanted: `one of ${values.join(', ')}`,
  description,
});

const HOUR = 3_600_000;

/** Every setting, in the order of the documentation. */
export const settingTable: { readonly [K in keyof RemoteWriteSettings]: Setting<RemoteWriteSettings[K]> } = {
  url: {
    ...text('an http or https URL', 'Where to send, unless the backend is named by URL'),
    accepts: (value) =>
      value === '' || (typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')),
  },
  protocol: choice(['auto', '1.0', '2.0'], 'Version of the protocol; `auto` begins with 2.0 and falls back'),
  intervalMs: whole(
    60_000,
    [100, 24 * HOUR],
    'Milliseconds between two snapshots, shortened by up to a tenth',
  ),
  timeoutMs: whole(10_000, [1, HOUR], 'Milliseconds a request may take'),
  queueLimit: whole(10, [1, 10_000], 'Snapshots kept while they cannot be sent; the oldest is dropped first'),
  backoffMs: whole(1000, [1, HOUR], 'Milliseconds until a first retry; doubled with each further one'),
  maxBackoffMs: whole(60_000, [1, HOUR], 'Milliseconds between retries at most'),
  maxSamplesPerSend: whole(2000, [1, 1_000_000], 'Samples and histograms in a request'),
  maxBytesPerSend: whole(
    4_194_304,
    [1024, 67_108_864],
    'Bytes of a request before compression, and one series more',
  ),
  job: text('a text', 'Label `job`; empty for the service name of the resource, or the namespace'),
  instance: text(
    'a text',
    'Label `instance`; empty for the service instance of the resource, or the host name',
  ),
  labels: {
    otherwise: {},
    accepts: areLabels,
    wanted: 'texts by label name, names without a leading "__"',
    description: 'Labels of every series that has none of their names',
  },
  translation: choice(translationStrategies, 'How names become Prometheus names'),
  exponentialHistograms: choice(
    ['native', 'classic', 'both'],
    'Exponential histograms as native ones, by classic buckets, or both',
  ),
  exemplars: flag(true, 'Whether exemplars are sent, each once'),
  metadata: flag(true, 'Whether type, help and unit are sent'),
  staleMarkers: flag(true, 'Whether the end of a series is told'),
  staleOnStop: flag(false, 'Whether all series are told to end when the backend stops'),
  headers: {
    otherwise: {},
    accepts: areHeaders,
    wanted: 'texts by header name, without those that the protocol sets',
    description: 'Further headers, such as `X-Scope-OrgID`',
  },
  username: text('a text', 'User of basic authentication'),
  password: text('a text', 'Its password'),
  passwordFile: text('a path', 'File with the password, read for each snapshot'),
  bearerToken: text('a text', 'Token to be sent as `Authorization: Bearer`'),
  bearerTokenFile: text('a path', 'File with the token, read for each snapshot'),
  tlsCa: text('PEM or a path', 'Certificates to trust in place of the system’s, PEM or a file'),
  tlsCert: text('PEM or a path', 'Certificate of the client, PEM or a file'),
  tlsKey: text('PEM or a path', 'Key of the client, PEM or a file'),
  tlsServerName: text(
    'a host name',
    'Name that the certificate of the receiver must have; empty for the host',
  ),
  tlsInsecure: flag(false, 'Takes any certificate: anybody may answer'),
};

/**
 * Checks the settings and fills in defaults.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID` for one that may be a secret, whose value no message may show.
 */
export const remoteWriteSettings: SettingsSchema<RemoteWriteSettings> = Object.freeze({
  safeParse(input: unknown) {
    const given = new Map(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
    const issues = [...given].flatMap(([name, value]) => issueOf(name, value));
    const defaults = Object.entries(settingTable).map(([name, { otherwise }]) => [
      name,
      given.get(name) ?? otherwise,
    ]);
    const data = Object.fromEntries(defaults) as RemoteWriteSettings;
    const all = issues.length > 0 ? issues : contradictions(data);
    return all.length > 0
      ? { success: false as const, error: { issues: all } }
      : { success: true as const, data };
  },
});

function issueOf(name: string, value: unknown): SettingsIssue[] {
  const setting = Object.hasOwn(settingTable, name)
    ? settingTable[name as keyof RemoteWriteSettings]
    : undefined;
  if (setting === undefined) {
    const known = Object.keys(settingTable).join(', ');
    return [{ path: [name], message: `the backend has no such setting; use ${known}` }];
  }
  if (setting.accepts(value)) return [];
  if (secrets.has(name)) throw secretInvalid(name, setting.wanted);
  return [{ path: [name], message: `use ${setting.wanted}` }];
}

const secrets: ReadonlySet<string> = new Set(['password', 'bearerToken', 'tlsKey', 'headers']);

// An issue is told with the value that it is about.
function secretInvalid(name: string, wanted: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use setting "${name}" of backend "remote-write": it is something else than it takes; use ${wanted}`,
    details: { backend: 'remote-write', setting: name },
  });
}

/** Settings that exclude each other; the path is that of one whose value may be shown. */
function contradictions(given: RemoteWriteSettings): SettingsIssue[] {
  const { username, password, passwordFile, bearerToken, bearerTokenFile, tlsCert, tlsKey } = given;
  const faults: readonly [found: boolean, path: string, message: string][] = [
    [bearerToken !== '' && bearerTokenFile !== '', 'bearerTokenFile', 'leave it out, or "bearerToken"'],
    [password !== '' && passwordFile !== '', 'passwordFile', 'leave it out, or "password"'],
    [
      username !== '' && bearerToken + bearerTokenFile !== '',
      'username',
      'leave it out, or the bearer token',
    ],
    [username === '' && password + passwordFile !== '', 'username', 'set it, as there is a password'],
    [tlsCert === '' && tlsKey !== '', 'tlsCert', 'set it, as there is "tlsKey"'],
    [tlsCert !== '' && tlsKey === '', 'tlsKey', 'set it, as there is "tlsCert"'],
  ];
  return faults.filter(([found]) => found).map(([, path, message]) => ({ path: [path], message }));
}
