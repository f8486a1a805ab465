import type { Server } from 'node:http';
import type { Gatherer } from '@oriel/metrics';
import { Connections } from './connections.ts';
import { landing } from './landing.ts';
import type { LandingPageOptions } from './landing-page.ts';
import { listen, type ServerAddress, urlHost } from './listen-address.ts';
import { type ListenTarget, listenTarget, systemdTargets } from './listen-target.ts';
import { invalid, numberIn } from './option-check.ts';
import { refusedBody } from './request-body.ts';
import { routes } from './routes.ts';
import { type RequestHandler, scrapeHandler } from './scrape-handler.ts';
import type { ScrapeHandlerOptions } from './scrape-settings.ts';
import { WebGate } from './web-gate.ts';
import { LONGEST_MS, limitedServer, type ServerLimits } from './web-server.ts';
import type { WebSettings } from './web-settings.ts';

export interface MetricsServerOptions extends Omit<ScrapeHandlerOptions, 'registry'>, ServerLimits {
  /** 0 takes any free port. Default: 9090. */
  readonly port?: number;
  /** IPv4, IPv6 with or without brackets, or a name; empty is all interfaces. Default: empty. */
  readonly host?: string;
  /** In place of host and port, any number of `:9100`, `[::1]:9100` or `unix:/run/app.sock`. Default: none. */
  readonly listen?: readonly string[];
  /** Whether to take the sockets that systemd passes, in place of all addresses. Default: false. */
  readonly systemdSocket?: boolean;
  /** A web configuration file as exporter-toolkit has it: TLS, users, headers, rate limit. Default: none. */
  readonly webConfigFile?: string;
  /** Where the metrics are. Default: `/metrics`. */
  readonly path?: string;
  /** What a browser sees at `/`. */
  readonly landing?: LandingPageOptions;
  /** Asked at `/-/ready`. Default: ready from the start until `stop`. */
  readonly isReady?: () => boolean;
  /** How long `stop` waits for running scrapes, in milliseconds. Default: 5000. */
  readonly stopTimeoutMs?: number;
  /** Bodies serve no purpose here; small ones are tolerated. Default: 16 384. */
  readonly maxBodyBytes?: number;
}

/**
 * Serves metrics over HTTP: the metrics at `path`, and at `/` to a scraper; a landing page at `/` to a
 * browser; `/-/healthy` and `/-/ready`.
 *
 * Errors: {@link MetricsError} `PORT_IN_USE`, `ADDRESS_INVALID`, `OPTION_INVALID`; `CONFIG_UNREADABLE` and `OPTION_UNKNOWN`
 * for the web configuration file and its certificates.
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
  const targets = targetsOf(options);
  const stopTimeoutMs = numberIn(options, 'stopTimeoutMs', 5000, [0, LONGEST_MS]);
  const file = options.webConfigFile ?? '';
  const onError = (error: Error): void => options.onError?.(error);
  const web = file === '' ? undefined : await webSettings(file, onError);
  const life = { isStopping: false };
  const pages = pagesOf(gatherer, options, life);
  const gate = web === undefined ? undefined : new WebGate(() => web.config);
  const handle = gate?.guard(pages) ?? pages;
  const connections = new Connections();
  const maxBodyBytes = numberIn(options, 'maxBodyBytes', 16_384, [0, 2 ** 30]);
  const servers = targets.map(() =>
    limitedServer(options, web, (request, response) => {
      if (!connections.watch(request, response)) return;
      if (!refusedBody(request, response, maxBodyBytes)) handle(request, response);
    }),
  ) as Server[];
  const stopAll = async (): Promise<void> => {
    life.isStopping = true;
    await stop(servers, connections, stopTimeoutMs);
    await gate?.stop();
  };
  const addresses = await listenAll(servers, targets, connections, stopAll);
  for (const server of servers) server.on('error', onError);
  return new MetricsServer(addresses, urlsOf(addresses, web?.context !== undefined, options.path), stopAll);
}

/** A running server. */
export class MetricsServer implements AsyncDisposable {
  /** Where it listens, in the order of the targets. */
  readonly addresses: readonly ServerAddress[];
  /** The IP address it listens on, or the path of a Unix socket: the first, if there are several. */
  readonly address: string;
  /** Of the first address; 0 for a Unix socket. */
  readonly port: number;
  /** Where the metrics are, for a client on this machine; `unix:` and a path for a Unix socket. */
  readonly url: string;
  readonly urls: readonly string[];
  readonly #stop: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  constructor(addresses: readonly ServerAddress[], urls: readonly string[], stop: () => Promise<void>) {
    this.addresses = addresses;
    this.address = addresses[0].address;
    this.port = addresses[0].port;
    this.urls = urls;
    this.url = urls[0];
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

// What reads the file is loaded only where there is one.
async function webSettings(file: string, onError: (error: Error) => void): Promise<WebSettings> {
  const { WebSettings } = await import('./web-settings.ts');
  return new WebSettings(file, onError);
}

function targetsOf(options: MetricsServerOptions): readonly ListenTarget[] {
  const { host = '', listen: addresses = [], systemdSocket = false } = options;
  const port = numberIn(options, 'port', 9090, [0, 65_535]);
  if (systemdSocket) return systemdTargets();
  return addresses.length === 0 ? [{ host, port }] : addresses.map(listenTarget);
}

function pagesOf(
  gatherer: Gatherer,
  options: MetricsServerOptions,
  life: { readonly isStopping: boolean },
): RequestHandler {
  const { path = '/metrics' } = options;
  return routes({
    metricsPath: checkedPath(path),
    metrics: scrapeHandler({ ...options, registry: gatherer }),
    landing: landing(options.landing ?? {}, path, gatherer),
    isReady: () => !life.isStopping && isReady(options),
  });
}

// A check that throws is one that fails, and not the end of the process.
function isReady({ isReady, onError }: MetricsServerOptions): boolean {
  try {
    return isReady?.() ?? true;
  } catch (error) {
    onError?.(error as Error);
    return false;
  }
}

// All of them or none.
async function listenAll(
  servers: readonly Server[],
  targets: readonly ListenTarget[],
  connections: Connections,
  undo: () => Promise<void>,
): Promise<ServerAddress[]> {
  const addresses: ServerAddress[] = [];
  try {
    for (const [index, server] of servers.entries()) {
      connections.add(server);
      addresses.push(await listen(server, targets[index]));
    }
    return addresses;
  } catch (error) {
    await undo();
    throw error;
  }
}

function urlsOf(addresses: readonly ServerAddress[], isSecure: boolean, path = '/metrics'): string[] {
  const scheme = isSecure ? 'https' : 'http';
  return addresses.map(({ address, port }) =>
    port === 0 ? `unix:${address}` : `${scheme}://${urlHost(address)}:${port}${path}`,
  );
}

function checkedPath(path: string): string {
  if (/^\/[^\s?#]*$/.test(path) && !path.startsWith('/-/')) return path;
  throw invalid('path', path, 'a path such as "/metrics", outside "/-/"');
}

async function stop(servers: readonly Server[], connections: Connections, timeoutMs: number): Promise<void> {
  // One that never listened is closed already.
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  await connections.close(timeoutMs);
  await Promise.all(closed);
}
