import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gatherer } from '@oriel/metrics';
import { Connections } from './connections.ts';
import { type LandingPageOptions, landingPage } from './landing-page.ts';
import { listen, urlHost } from './listen-address.ts';
import { invalid, numberIn } from './option-check.ts';
import { refusedBody } from './request-body.ts';
import { routes } from './routes.ts';
import { scrapeHandler } from './scrape-handler.ts';
import type { ScrapeHandlerOptions } from './scrape-settings.ts';

export interface MetricsServerOptions extends Omit<ScrapeHandlerOptions, 'registry'> {
  /** 0 takes any free port. Default: 9090. */
  readonly port?: number;
  /** IPv4, IPv6 with or without brackets, or a name; empty is all interfaces. Default: empty. */
  readonly host?: string;
  /** Where the metrics are. Default: `/metrics`. */
  readonly path?: string;
  /** What a browser sees at `/`. */
  readonly landing?: LandingPageOptions;
  /** Asked at `/-/ready`. Default: ready from the start until `stop`. */
  readonly isReady?: () => boolean;
  /** How long `stop` waits for running scrapes, in milliseconds. Default: 5000. */
  readonly stopTimeoutMs?: number;
  /** Connections beyond this number are closed at once. Default: 256. */
  readonly maxConnections?: number;
  /** Time for a client to send its headers, in milliseconds. Default: 10 000. */
  readonly headersTimeoutMs?: number;
  /** Time for a client to send its whole request, in milliseconds. Default: 15 000. */
  readonly requestTimeoutMs?: number;
  /** How long a silent connection is kept, in milliseconds. Default: 75 000, above common scrape intervals. */
  readonly keepAliveTimeoutMs?: number;
  /** Default: 16 384. */
  readonly maxHeaderBytes?: number;
  /** Bodies serve no purpose here; small ones are tolerated. Default: 16 384. */
  readonly maxBodyBytes?: number;
}

const LONGEST_MS = 2 ** 30;

/**
 * Serves metrics over HTTP: the metrics at `path`, and at `/` to a scraper; a landing page at `/` to a
 * browser; `/-/healthy` and `/-/ready`.
 *
 * Errors: {@link MetricsError} `PORT_IN_USE`, `ADDRESS_INVALID`, `OPTION_INVALID`.
 *
 * @example
 * const { Registry } = await import('@oriel/metrics');
 * const server = await serveMetrics(new Registry(), { port: 0, host: '127.0.0.1' });
 * assert.equal((await fetch(server.url)).status, 200);
 * await server.stop();
 */
export async function serveMetrics(
  gatherer: Gatherer,
  options: MetricsServerOptions = {},
): Promise<MetricsServer> {
  const { host = '', path = '/metrics' } = options;
  const port = numberIn(options, 'port', 9090, [0, 65_535]);
  const stopTimeoutMs = numberIn(options, 'stopTimeoutMs', 5000, [0, LONGEST_MS]);
  const server = limitedServer(options);
  const connections = new Connections(server);
  let isStopping = false;
  const handle = routes({
    metricsPath: checkedPath(path),
    metrics: scrapeHandler({ ...options, registry: gatherer }),
    landing: landingPage(options.landing ?? {}, path),
    isReady: () => !isStopping && (options.isReady?.() ?? true),
  });
  const maxBodyBytes = numberIn(options, 'maxBodyBytes', 16_384, [0, 2 ** 30]);
  server.on('request', (request, response) => {
    connections.watch(request, response);
    if (!refusedBody(request, response, maxBodyBytes)) handle(request, response);
  });
  const address = await listen(server, host, port);
  server.on('error', (error) => options.onError?.(error));
  return new MetricsServer(address, path, () => {
    isStopping = true;
    return stop(server, connections, stopTimeoutMs);
  });
}

/** A running server. */
export class MetricsServer implements AsyncDisposable {
  /** The IP address it listens on. */
  readonly address: string;
  readonly port: number;
  /** Where the metrics are, for a client on this machine. */
  readonly url: string;
  readonly #stop: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  constructor({ address, port }: AddressInfo, path: string, stop: () => Promise<void>) {
    this.address = address;
    this.port = port;
    this.url = `http://${urlHost(address)}:${port}${path}`;
    this.#stop = stop;
  }

  /**
   * Stops listening, closes idle connections, lets running scrapes finish within `stopTimeoutMs`, then cuts
   * them off. Nothing is left when it resolves; further calls give the same promise.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function limitedServer(options: MetricsServerOptions): Server {
  const headersTimeout = numberIn(options, 'headersTimeoutMs', 10_000, [1, LONGEST_MS]);
  const requestTimeout = numberIn(options, 'requestTimeoutMs', Math.max(15_000, headersTimeout), [
    headersTimeout,
    LONGEST_MS,
  ]);
  const server = createServer({
    headersTimeout,
    requestTimeout,
    // How often the two limits above are looked at.
    connectionsCheckingInterval: Math.min(5000, Math.max(50, Math.ceil(headersTimeout / 4))),
    keepAliveTimeout: numberIn(options, 'keepAliveTimeoutMs', 75_000, [1, LONGEST_MS]),
    maxHeaderSize: numberIn(options, 'maxHeaderBytes', 16_384, [512, 2 ** 20]),
  });
  server.maxConnections = numberIn(options, 'maxConnections', 256, [1, 1e6]);
  return server;
}

function checkedPath(path: string): string {
  if (/^\/[^\s?#]*$/.test(path) && !path.startsWith('/-/')) return path;
  throw invalid('path', path, 'a path such as "/metrics", outside "/-/"');
}

async function stop(server: Server, connections: Connections, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await connections.close(timeoutMs);
  await closed;
}
