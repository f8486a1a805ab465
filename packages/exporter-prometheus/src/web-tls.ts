import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import {
  createSecureContext,
  type PeerCertificate,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls';
import { MetricsError } from '@oriel/metrics';
import { cipherList, curveList, tlsVersion } from './tls-names.ts';
import type { ClientAuthType, TlsConfig } from './web-config.ts';

/** Whether a configuration asks for TLS at all. */
export function wantsTls(tls: TlsConfig | undefined): tls is TlsConfig {
  return Boolean(
    tls?.cert ||
      tls?.cert_file ||
      tls?.key ||
      tls?.key_file ||
      tls?.client_ca ||
      tls?.client_ca_file ||
      tls?.client_auth_type,
  );
}

/**
 * What a secure context is made of, files read now and tried out.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE` for a file that cannot be read, a certificate and key that
 * do not belong together, or a certificate that has expired.
 */
export function secureContextOptions(tls: TlsConfig): SecureContextOptions {
  const cert = pemOf(tls, 'cert');
  const options: SecureContextOptions = {
    cert,
    key: pemOf(tls, 'key'),
    ca: pemOf(tls, 'client_ca'),
    minVersion: tlsVersion(tls.min_version ?? 'TLS12'),
    maxVersion: tlsVersion(tls.max_version ?? 'TLS13'),
    honorCipherOrder: tls.prefer_server_cipher_suites ?? true,
    ...(tls.cipher_suites?.length && { ciphers: cipherList(tls.cipher_suites) }),
    ...(tls.curve_preferences?.length && { ecdhCurve: curveList(tls.curve_preferences) }),
  };
  try {
    createSecureContext(options);
    refuseExpired(cert);
  } catch (cause) {
    throw unusable(tls.cert_file ?? 'cert', (cause as Error).message, cause);
  }
  return options;
}

/** Changes whenever one of the files does; equal for inline certificates. */
export function tlsFilesMark(tls: TlsConfig): string {
  const files = [tls.cert_file, tls.key_file, tls.client_ca_file].filter((file) => file !== undefined);
  return files.map(fileMark).join('|');
}

/** Changes when a file is written or another takes its place. */
export function fileMark(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? 'gone' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

/** Whether clients are asked for a certificate, and what else a connection needs to be let in. */
export class ClientCheck {
  readonly asks: boolean;
  readonly #type: ClientAuthType;
  readonly #names: ReadonlySet<string>;

  constructor({ client_auth_type: type, client_allowed_sans: names = [] }: TlsConfig) {
    this.#type = type || 'NoClientCert';
    this.asks = this.#type !== 'NoClientCert';
    this.#names = new Set(names);
  }

  admits(socket: TLSSocket): boolean {
    if (!this.asks) return true;
    const certificate = socket.getPeerCertificate();
    const has = Object.keys(certificate ?? {}).length > 0;
    return this.#trusts(socket, has) && (!has || this.#names.size === 0 || this.#isNamed(certificate));
  }

  #trusts(socket: TLSSocket, has: boolean): boolean {
    switch (this.#type) {
      case 'RequestClientCert':
        return true;
      case 'RequireAnyClientCert':
      case 'RequireClientCert':
        return has;
      case 'VerifyClientCertIfGiven':
        return !has || socket.authorized;
      default:
        return socket.authorized;
    }
  }

  #isNamed({ raw }: PeerCertificate): boolean {
    return alternativeNames(new X509Certificate(raw).subjectAltName).some((name) => this.#names.has(name));
  }
}

// Entries are parted by commas; one with a comma or quote in it stands in quotes, as JSON. What else a certificate
// may have, such as the name of a directory, is passed over whole: there may be anything in it.
const entries = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/y;
const kinds = new Set(['DNS', 'IP Address', 'email', 'URI']);

/** The names in the text form of a certificate's alternative names; none if it is not as it should be. */
function alternativeNames(text = ''): string[] {
  const names: string[] = [];
  entries.lastIndex = 0;
  while (entries.lastIndex < text.length) {
    const [, kind, name] = entries.exec(text) ?? [];
    if (kind === undefined) return [];
    if (kinds.has(kind)) names.push(...nameIn(name));
  }
  return names;
}

function nameIn(text: string): string[] {
  if (!text.startsWith('"')) return [text];
  try {
    return [JSON.parse(text) as string];
  } catch {
    return [];
  }
}

function pemOf(tls: TlsConfig, field: 'cert' | 'key' | 'client_ca'): string | undefined {
  const file = tls[`${field}_file`];
  if (!file) return tls[field] || undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw unusable(file, code ?? message, cause);
  }
}

function refuseExpired(cert: string | undefined): void {
  if (cert === undefined) return;
  const { validTo, validToDate } = new X509Certificate(cert);
  if (validToDate.getTime() < Date.now()) throw new Error(`it expired on ${validTo}`);
}

function unusable(what: string, fault: string, cause: unknown): MetricsError {
  return new MetricsError('CONFIG_UNREADABLE', {
    message: `Cannot use certificate "${what}": ${fault}; name a certificate and its key, in PEM form and in date`,
    details: { file: what },
    cause,
  });
}
