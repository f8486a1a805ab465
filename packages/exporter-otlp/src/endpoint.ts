import { MetricsError } from '@oriel/metrics';
import type { EnvironmentSettings } from './environment.ts';
import type { OtlpProtocol, OtlpSettings } from './settings.ts';

/** Where to send, and how. */
export interface Endpoint {
  readonly protocol: OtlpProtocol;
  /** Of HTTP all of it, of gRPC the scheme, which says whether it goes by TLS, host and port. */
  readonly url: URL;
  /** Of a user and password in the URL. */
  readonly authorization?: string;
}

const HTTP_PORT = '4318';
const GRPC_PORT = '4317';
const PATH = '/v1/metrics';

/**
 * Finds out where to send: the backend's URL, else the setting, else the variables, else this machine.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function endpointOf(
  url: URL | undefined,
  settings: Pick<OtlpSettings, 'endpoint' | 'protocol'>,
  env: EnvironmentSettings,
): Endpoint {
  if (url !== undefined) return ofBackendUrl(url, settings.protocol, env.protocol);
  const protocol = settings.protocol ?? env.protocol ?? 'http/protobuf';
  if (settings.endpoint !== undefined) return endpoint(protocol, parsed(settings.endpoint));
  const { metricsEndpoint, baseEndpoint } = env;
  const given = metricsEndpoint ?? baseEndpoint;
  if (protocol === 'grpc') return endpoint(protocol, parsed(grpcText(given, env.insecure ?? false)));
  if (given === undefined) return endpoint(protocol, parsed(`http://localhost:${HTTP_PORT}`));
  const place = parsed(given);
  // The general endpoint is a base, the other one is taken as it is.
  if (metricsEndpoint === undefined) place.pathname = place.pathname.replace(/\/*$/, PATH);
  return { ...endpoint(protocol, place), url: withoutUser(place) };
}

/** One of the URLs the README lists. */
function ofBackendUrl(
  url: URL,
  setting: OtlpProtocol | undefined,
  variable: OtlpProtocol | undefined,
): Endpoint {
  const [scheme, transport] = [url.protocol.slice(0, -1), url.protocol.slice(0, -1).split('+')[1]];
  const tls = transport === 'https' || transport === 'grpcs';
  const isGrpc = transport?.startsWith('grpc') ?? false;
  if (!transports.has(transport)) {
    throw refusal(
      `the scheme of its URL is "${scheme}"; use otlp, otlp+http, otlp+https, otlp+grpc or otlp+grpcs`,
    );
  }
  const protocol = protocolOf(transport, url.port, setting, variable);
  if (transport !== undefined && (protocol === 'grpc') !== isGrpc) {
    throw refusal(`its URL is one of ${scheme}, its setting "protocol" is "${setting}"; use one of the two`);
  }
  const own = protocol === 'grpc' ? GRPC_PORT : HTTP_PORT;
  const port = url.port || (tls ? '443' : own);
  const user = url.username === '' ? '' : `${url.username}:${url.password}@`;
  const place = parsed(`${tls ? 'https' : 'http'}://${user}${url.hostname}:${port}${url.pathname}`);
  return endpoint(protocol, place);
}

const transports: ReadonlySet<string | undefined> = new Set([undefined, 'http', 'https', 'grpc', 'grpcs']);

function protocolOf(
  transport: string | undefined,
  port: string,
  setting: OtlpProtocol | undefined,
  variable: OtlpProtocol | undefined,
): OtlpProtocol {
  if (setting !== undefined) return setting;
  if (transport?.startsWith('grpc')) return 'grpc';
  if (transport !== undefined) return variable === 'http/json' ? variable : 'http/protobuf';
  // The port says more of this one place than a variable for all.
  if (port === GRPC_PORT) return 'grpc';
  return port === HTTP_PORT && variable === 'grpc' ? 'http/protobuf' : (variable ?? 'http/protobuf');
}

function endpoint(protocol: OtlpProtocol, url: URL): Endpoint {
  if (protocol === 'grpc' && url.pathname !== '/' && url.pathname !== '') {
    throw refusal('its URL has a path, which gRPC has no use for; leave it out');
  }
  const place = withoutUser(url);
  if (protocol !== 'grpc' && place.pathname === '/') place.pathname = PATH;
  return { protocol, url: place, authorization: authorizationOf(url) };
}

function grpcText(given: string | undefined, insecure: boolean): string {
  if (given === undefined) return `http://localhost:${GRPC_PORT}`;
  return given.includes('://') ? given : `${insecure ? 'http' : 'https'}://${given}`;
}

function parsed(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw refusal('its endpoint is no http or https URL; use one such as http://localhost:4318');
}

function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.hash = '';
  return plain;
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '') return undefined;
  try {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(user).toString('base64')}`;
  } catch {
    throw refusal('user or password of its URL have a broken percent escape; write % as %25');
  }
}

function refusal(fault: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use backend "otlp": ${fault}`,
    details: { backend: 'otlp' },
  });
}
