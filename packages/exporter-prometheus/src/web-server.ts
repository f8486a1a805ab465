import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Server as NetServer } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { MOST_AT_ONCE } from './connections.ts';
import { limitHeaders, limitSessions } from './http2-sessions.ts';
import { numberIn } from './option-check.ts';
import type { WebSettings } from './web-settings.ts';
import { ClientCheck } from './web-tls.ts';

export interface ServerLimits {
  /** Connections beyond this number are closed at once. Default: 256. */
  readonly maxConnections?: number;
  /** Time for a client to send its headers, or to agree on TLS, in milliseconds. Default: 10 000. */
  readonly headersTimeoutMs?: number;
  /** Time for a client to send its whole request, in milliseconds. Default: 15 000. */
  readonly requestTimeoutMs?: number;
  /** How long a silent connection is kept, in milliseconds. Default: 75 000, above common scrape intervals. */
  readonly keepAliveTimeoutMs?: number;
  /** Default: 16 384. */
  readonly maxHeaderBytes?: number;
}

export const LONGEST_MS: number = 2 ** 30;

/**
 * A server that does not listen yet: HTTP, or with a web configuration that wants it TLS with HTTP/2.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function limitedServer(
  limits: ServerLimits,
  web: WebSettings | undefined,
  handle: RequestListener,
): NetServer {
  const options = limitsOf(limits);
  const server = web?.context === undefined ? createServer(options) : secureServer(options, web);
  server.maxConnections = numberIn(limits, 'maxConnections', 256, [1, 1e6]);
  server.on('request', limitHeaders(handle, options.maxHeaderSize));
  return server;
}

function limitsOf(
  limits: ServerLimits,
): ServerOptions & { readonly headersTimeout: number; readonly maxHeaderSize: number } {
  const headersTimeout = numberIn(limits, 'headersTimeoutMs', 10_000, [1, LONGEST_MS]);
  const requestTimeout = numberIn(limits, 'requestTimeoutMs', Math.max(15_000, headersTimeout), [
    headersTimeout,
    LONGEST_MS,
  ]);
  return {
    headersTimeout,
    requestTimeout,
    // How often the two limits above are looked at.
    connectionsCheckingInterval: Math.min(5000, Math.max(50, Math.ceil(headersTimeout / 4))),
    keepAliveTimeout: numberIn(limits, 'keepAliveTimeoutMs', 75_000, [1, LONGEST_MS]),
    maxHeaderSize: numberIn(limits, 'maxHeaderBytes', 16_384, [512, 2 ** 20]),
  };
}

function secureServer(limits: ReturnType<typeof limitsOf>, web: WebSettings): Server {
  const { http_server_config: http } = web.config;
  const options: ServerOptions & TlsOptions = {
    ...limits,
    ...web.context,
    handshakeTimeout: limits.headersTimeout,
    // Who is let in is decided after the handshake, by the configuration as it is then.
    requestCert: clientCheck(web).asks,
    rejectUnauthorized: false,
  };
  const server = http?.http2 === false ? createTlsServer(options) : http2Server(options);
  let context = web.context;
  // Before the listeners of node: the next handshake has the certificates as they are now.
  server.prependListener('connection', () => {
    const latest = web.context;
    if (latest === undefined || latest === context) return;
    context = latest;
    server.setSecureContext(latest);
    Object.assign(server, { requestCert: clientCheck(web).asks });
  });
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!clientCheck(web).admits(socket)) socket.destroy();
  });
  // A handshake that fails is its client's matter.
  server.on('tlsClientError', () => {});
  return server;
}

function clientCheck(web: WebSettings): ClientCheck {
  return new ClientCheck(web.config.tls_server_config ?? {});
}

// Speaks HTTP/1.1 too; the two are alike for all that is done with them here.
function http2Server(options: ServerOptions & TlsOptions): ReturnType<typeof createTlsServer> {
  const { headersTimeout = 0, requestTimeout = 0, keepAliveTimeout = 0, maxHeaderSize = 0 } = options;
  const server = createSecureServer({
    ...options,
    allowHTTP1: true,
    maxSessionMemory: 4,
    settings: { maxConcurrentStreams: MOST_AT_ONCE, maxHeaderListSize: maxHeaderSize },
  });
  limitSessions(server, { firstMs: headersTimeout, requestMs: requestTimeout, idleMs: keepAliveTimeout });
  return Object.assign(server, { headersTimeout, requestTimeout }) as unknown as ReturnType<
    typeof createTlsServer
  >;
}
