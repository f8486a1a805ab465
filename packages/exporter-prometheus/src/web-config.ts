import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { MetricsError } from '@oriel/metrics';
import { LineCounter, parseDocument } from 'yaml';
import { type FieldFault, faultsOf, type Section } from './web-fields.ts';
import { webSchema } from './web-schema.ts';

/** What a web configuration file says, checked; the format is that of Prometheus' exporter-toolkit. */
export interface WebConfig {
  readonly tls_server_config?: TlsConfig;
  readonly http_server_config?: {
    readonly http2?: boolean;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** bcrypt hashes by user. */
  readonly basic_auth_users?: Readonly<Record<string, string>>;
  readonly rate_limit?: { readonly interval?: string; readonly burst?: number };
}

export type ClientAuthType =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'RequireClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

export interface TlsConfig {
  readonly cert?: string;
  readonly cert_file?: string;
  readonly key?: string;
  readonly key_file?: string;
  readonly client_auth_type?: ClientAuthType;
  readonly client_ca?: string;
  readonly client_ca_file?: string;
  readonly client_allowed_sans?: readonly string[];
  readonly min_version?: string;
  readonly max_version?: string;
  readonly cipher_suites?: readonly string[];
  readonly prefer_server_cipher_suites?: boolean;
  readonly curve_preferences?: readonly string[];
}

/**
 * Reads a web configuration file. Paths in it are relative to it.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE` if it cannot be read or parsed, `OPTION_UNKNOWN` and
 * `OPTION_INVALID` for its fields, naming line, column, field, value and cure; never a password hash.
 * Source: exporter-toolkit, "Web configuration".
 */
export function readWebConfig(file: string): WebConfig {
  const text = readText(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined)
    throw unreadable(file, `${place(broken.pos[0])}: ${broken.message}; use YAML`, broken);
  const content = plainValue(file, () => document.toJS());
  const faults = faultsOf(webSchema as Section, content);
  if (faults.length > 0) {
    throw refusal(file, faults, ({ path }) => {
      const node = nearest(path, (at) => document.getIn(at, true) as Ranged | undefined);
      return place(node?.range?.[0] ?? 0);
    });
  }
  return withAbsoluteFiles(withoutNulls(content) as WebConfig, dirname(resolve(file)));
}

function plainValue(file: string, read: () => unknown): unknown {
  try {
    return read() ?? {};
  } catch (cause) {
    throw unreadable(file, `${(cause as Error).message}; use fewer aliases`, cause);
  }
}

// A field without a value is one that is not there.
function withoutNulls(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content), (_, value: unknown) => value ?? undefined);
}

interface Ranged {
  readonly range?: readonly number[];
}

function nearest(
  path: readonly PropertyKey[],
  find: (path: readonly PropertyKey[]) => Ranged | undefined,
): Ranged | undefined {
  const found = path.length === 0 ? undefined : find(path);
  return found?.range !== undefined || path.length === 0 ? found : nearest(path.slice(0, -1), find);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw unreadable(file, `${code ?? message}; name a file that can be read`, cause);
  }
}

function withAbsoluteFiles(config: WebConfig, folder: string): WebConfig {
  const { tls_server_config: tls } = config;
  if (tls === undefined) return config;
  const files = (['cert_file', 'key_file', 'client_ca_file'] as const).flatMap((field) => {
    const file = tls[field];
    return file ? [[field, resolve(folder, file)]] : [];
  });
  return { ...config, tls_server_config: { ...tls, ...Object.fromEntries(files) } };
}

function unreadable(file: string, fault: string, cause: unknown): MetricsError {
  const message = `Cannot read web configuration file "${file}": ${fault}`;
  return new MetricsError('CONFIG_UNREADABLE', { message, details: { file }, cause });
}

function refusal(
  file: string,
  faults: readonly FieldFault[],
  place: (fault: FieldFault) => string,
): MetricsError {
  const lines = faults.map(
    (fault) =>
      `${place(fault)}: ${fault.path.length === 0 ? 'the file' : `field "${fault.path.join('.')}"`} ${fault.text}`,
  );
  return new MetricsError(faults[0].isUnknown ? 'OPTION_UNKNOWN' : 'OPTION_INVALID', {
    message: `Cannot use web configuration file "${file}": ${lines.join('\n  ')}`,
    details: { file, fields: faults.map(({ path }) => path.join('.')) },
  });
}
