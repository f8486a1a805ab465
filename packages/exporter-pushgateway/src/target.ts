import type { BackendContext } from '@oriel/exporter';
import { MetricsError } from '@oriel/metrics';
import { type GroupKey, groupPath, type SplitPath, splitPath } from './group-path.ts';
import { type PushgatewaySettings, pushgatewaySettings } from './settings.ts';

/** Where a group is pushed to. */
export interface Target {
  readonly settings: PushgatewaySettings;
  /** Protocol, host and port. */
  readonly origin: URL;
  /** With the group. */
  readonly path: string;
  readonly key: GroupKey;
  /** Of the URL. */
  readonly user?: { readonly username: string; readonly password: string };
}

/**
 * Puts together what URL, settings, resource and namespace say; a group in the URL's path wins.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function targetOf(context: BackendContext, given: PushgatewaySettings): Target {
  const settings = pushgatewaySettings.withUrl(given, context.url);
  const url = context.url === undefined ? new URL(settings.url) : plainUrl(context.url);
  const split = splitPath(url.pathname);
  if (split === undefined)
    throw refused(url, 'its path is no group', 'use /metrics/job/<job>{/<label>/<value>}');
  const key = keyOf(context, settings, split);
  if (key.get('job') === '') {
    const cure = 'set "job", OTEL_SERVICE_NAME or a namespace';
    throw refused(url, 'the group has no job', cure);
  }
  checkTogether(settings);
  const user = userOf(url);
  return {
    settings,
    origin: new URL(url.origin),
    path: split.prefix + groupPath(key),
    key,
    ...(user && { user }),
  };
}

function keyOf(
  { resource, namespace }: BackendContext,
  settings: PushgatewaySettings,
  { key }: SplitPath,
): GroupKey {
  const job = settings.job || resource['service.name'] || namespace;
  return new Map([['job', job], ...Object.entries(settings.grouping), ...key]);
}

// `pushgateway+https://host`; a URL with a scheme of its own has no origin.
function plainUrl(url: URL): URL {
  const [, scheme = 'http', ...rest] = url.protocol.slice(0, -1).split('+');
  if (rest.length > 0 || !/^https?$/.test(scheme))
    throw refused(
      url,
      `its scheme is "${url.protocol.slice(0, -1)}"`,
      'use pushgateway+http or pushgateway+https',
    );
  return new URL(url.href.replace(/^[^:]+:/, `${scheme}:`));
}

function userOf({ username, password }: URL): Target['user'] {
  if (username === '' && password === '') return undefined;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function checkTogether(settings: PushgatewaySettings): void {
  const { username, password, passwordFile, tlsCert, tlsKey } = settings;
  if (password !== '' && passwordFile !== '')
    throw excluded('"password" and "passwordFile" exclude each other; use one of the two');
  if (username === '' && password + passwordFile !== '')
    throw excluded('a password stands without a user; set "username" too');
  if ((tlsCert === '') !== (tlsKey === ''))
    throw excluded('a client needs certificate and key; set "tlsCert" and "tlsKey"');
}

function excluded(fault: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use settings of backend "pushgateway": ${fault}`,
    details: { backend: 'pushgateway' },
  });
}

function refused({ protocol, host, pathname }: URL, fault: string, cure: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot push to "${protocol}//${host}${pathname}": ${fault}; ${cure}`,
    details: { backend: 'pushgateway' },
  });
}
