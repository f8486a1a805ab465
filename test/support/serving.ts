import { type Exporter, type ExporterConfig, newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import { Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A registry, measures on it and a metrics server before it, all of one test. */
export interface Serving {
  readonly registry: Registry;
  readonly stats: Stats;
  readonly exporter: Exporter;
  /** The page as a scraper gets it. */
  page(accept?: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a metrics server on a free port of the loopback address; `config` is what the test is about. */
export async function serving(
  config: ExporterConfig = {},
  registry: Registry = new Registry(),
): Promise<Serving> {
  const exporter = newExporter('', {
    registry,
    backends: [prometheus],
    backendSettings: { prometheus: { openTelemetry: false } },
    metricsPort: 0,
    metricsListenAddress: '127.0.0.1',
    logger: quiet,
    env: {},
    onStartError: 'throw',
    ...config,
  });
  await exporter.init();
  const url = `http://127.0.0.1:${exporter.options().metricsPort}/metrics`;
  return {
    registry,
    exporter,
    stats: new Stats({ registry }),
    page: async (accept = 'text/plain') => (await fetch(url, { headers: { accept } })).text(),
    [Symbol.asyncDispose]: () => exporter.shutdown(),
  };
}
