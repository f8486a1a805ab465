import { MetricsError } from '@oriel/metrics';
import type { UrlUser } from './credentials.ts';

/** Where to send, and who a URL says we are. */
export interface WriteDestination {
  readonly url: URL;
  readonly user: UrlUser | undefined;
  /** The address without secrets, for labels. */
  readonly id: string;
}

const DEFAULT_PATH = '/api/v1/write';

/**
 * Reads the address: the URL by which the backend was named, else its setting.
 *
 * Shape: `remote-write+https://user:password@host:port/path?query`; `remote-write://` is plain HTTP. Without a path it
 * is that of Prometheus.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function writeDestination(named: URL | undefined, setting: string): WriteDestination {
  const given = named ?? (setting === '' ? undefined : (URL.parse(setting) ?? undefined));
  if (given === undefined)
    throw invalid('its URL is missing; use remote-write+http://host:port/path or the setting "url"');
  const id = `${given.protocol}//${given.host}${given.pathname}`;
  const scheme = schemeOf(given);
  if (scheme === undefined)
    throw invalid(`its URL "${id}" has another scheme; use remote-write+http or remote-write+https`);
  const url = new URL(`${scheme}://${given.host}${given.pathname}${given.search}`);
  if (url.pathname === '/') url.pathname = DEFAULT_PATH;
  return { url, user: userOf(given), id: named === undefined ? 'remote-write' : id };
}

function schemeOf({ protocol }: URL): 'http' | 'https' | undefined {
  if (/^(remote-write|(remote-write\+)?http):$/.test(protocol)) return 'http';
  return /^(remote-write\+)?https:$/.test(protocol) ? 'https' : undefined;
}

function userOf({ username, password }: URL): UrlUser | undefined {
  if (username === '') return undefined;
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw invalid('user or password of its URL have a broken percent escape; write % as %25');
  }
}

function invalid(fault: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use backend "remote-write": ${fault}`,
    details: { backend: 'remote-write' },
  });
}
