import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';
import { httpViews, instrumentHttp } from '@oriel/views-http';

// Started by http-load.ts with the name of a peer: serves a short answer, measured by that peer, and sends its port.
// Each message it gets is answered with how many requests the peer has counted.

type Counted = () => number | Promise<number>;

const peers: Readonly<Record<string, () => Counted | undefined>> = {
  bare: () => undefined,
  oriel() {
    const stats = new Stats({ registry: new Registry() });
    stats.registerViews(...httpViews(stats));
    instrumentHttp({ stats });
    return () => {
      const rows = stats.retrieveData('opencensus.io/http/server/completed_count');
      return rows.reduce((sum, { value }) => sum + value, 0);
    };
  },
  otel() {
    const reader = new PrometheusExporter({ preventServerStart: true });
    const meterProvider = new MeterProvider({ readers: [reader] });
    registerInstrumentations({ instrumentations: [new HttpInstrumentation()], meterProvider });
    return async () => {
      const { resourceMetrics } = await reader.collect();
      const points = resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .flatMap(({ dataPoints }): readonly { readonly value: unknown }[] => dataPoints);
      return points.reduce((sum, { value }) => sum + (value as { readonly count: number }).count, 0);
    };
  },
};

const counted = peers[process.argv[2]]();
// Required, and only now: that is when OpenTelemetry wraps it.
const { createServer } = createRequire(import.meta.url)('node:http') as typeof import('node:http');
const server = createServer((_request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.end('hello');
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
process.on('message', async () => process.send?.((await counted?.()) ?? Number.NaN));
