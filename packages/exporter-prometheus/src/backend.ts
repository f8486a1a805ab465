import { processCollector, runtimeCollector, type StartableCollector } from '@oriel/collectors';
import {
  type Backend,
  type BackendContext,
  type BackendInstance,
  defineBackend,
  namespaced,
  WarnOnce,
} from '@oriel/exporter';
import { type Collector, type Gatherer, MetricsError, mergeGatherers, Registry } from '@oriel/metrics';
import { type PrometheusSettings, prometheusSettings } from './backend-settings.ts';
import { type MetricsServer, serveMetrics } from './metrics-server.ts';
import { joinOpenTelemetry } from './open-telemetry.ts';

/**
 * The backend `prometheus`: a metrics server over the exporter's registry, whose names get the namespace, and
 * the process, runtime and scrape metrics, whose names are standards and do not.
 *
 * Address and path are the exporter's options; `prometheus://host:port/path` sets its own.
 *
 * @example
 * const { newExporter } = await import('@oriel/exporter');
 * const exporter = newExporter('shop', { backends: [prometheus], metricsPort: 0 });
 */
export const prometheus: Backend<PrometheusSettings> = defineBackend({
  name: 'prometheus',
  options: prometheusSettings,
  create: (context, settings) => new PrometheusBackend(context, settings),
});

class PrometheusBackend implements BackendInstance {
  readonly #context: BackendContext;
  readonly #settings: PrometheusSettings;
  /** What stops again, last started first. */
  readonly #undo: (() => void | Promise<void>)[] = [];
  readonly #place: Place;

  constructor(context: BackendContext, settings: PrometheusSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#place = placeOf(context);
  }

  async start(): Promise<void> {
    try {
      const own = this.#ownRegistry();
      this.#exposeSelfMetrics();
      await this.#joinOpenTelemetry(own);
      const server = await this.#serve(own);
      this.#undo.push(() => server.stop());
      this.#context.listening(server);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  flush(): void {}

  async stop(): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) await undo();
  }

  // Apart from the user's registry: other exporters of that one have metrics of their own.
  #ownRegistry(): Registry {
    const { logger } = this.#context;
    const own = new Registry({ onWarning: (message) => logger.warn({}, message) });
    own.register(own.selfMetrics());
    if (this.#settings.defaultCollectors) {
      for (const collector of [processCollector(), runtimeCollector()]) this.#run(collector, own);
    }
    return own;
  }

  #run(collector: StartableCollector, registry: Registry): void {
    registry.register(collector);
    collector.start();
    this.#undo.push(() => collector.stop());
  }

  // Failed collections and dropped recordings of the user's registry belong on the page.
  #exposeSelfMetrics(): void {
    const { registry } = this.#context;
    if (!(registry instanceof Registry)) return;
    const self: Collector = registry.selfMetrics();
    try {
      registry.register(self);
      this.#undo.push(() => void registry.unregister(self));
    } catch (error) {
      if (!(error instanceof MetricsError && error.code === 'ALREADY_REGISTERED')) throw error;
    }
  }

  async #joinOpenTelemetry(own: Registry): Promise<void> {
    const { openTelemetry } = this.#settings;
    if (openTelemetry === false) return;
    const joined = await joinOpenTelemetry(openTelemetry, (message) =>
      this.#context.logger.warn({}, message),
    );
    own.register(joined.collector);
    this.#undo.push(() => joined.stop());
  }

  #serve(own: Registry): Promise<MetricsServer> {
    const { namespace, options, registry } = this.#context;
    const { defaultCollectors: _, openTelemetry: __, ...settings } = this.#settings;
    const page: Gatherer = mergeGatherers(this.#context.labelled(own), namespaced(namespace, registry));
    const warnings = new WarnOnce(this.#context);
    return serveMetrics(page, {
      ...settings,
      ...this.#place,
      registerer: own,
      processStartTime: performance.timeOrigin / 1000,
      // Within the time the exporter gives.
      stopTimeoutMs: Math.floor(options.shutdownTimeoutMs * 0.8),
      landing: { title: namespace === '' ? 'Metrics' : `${namespace} metrics` },
      onError: (error) => warnings.tell(error),
    });
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function placeOf({ options, url }: BackendContext): Place {
  const { metricsListenAddress: host, metricsPort: port, metricsPath: path } = options;
  if (url === undefined) return { host, port, path };
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot use backend "prometheus://${url.host}": its URL has a user, query or fragment; use prometheus://host:port/path`,
      details: { backend: 'prometheus' },
    });
  }
  return {
    host: url.hostname,
    port: url.port === '' ? port : Number(url.port),
    path: url.pathname === '' || url.pathname === '/' ? path : url.pathname,
  };
}
