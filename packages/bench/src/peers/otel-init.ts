import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { ReadingSession } from '../case.ts';
import { freePort } from '../free-port.ts';
import { httpGet } from '../http-get.ts';

/** Provider, server, first page with one counter: there are no default metrics in these packages. */
export function initSession(): ReadingSession {
  return {
    async read() {
      // Its port 0 means its own default.
      const port = await freePort();
      const start = performance.now();
      const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true });
      const provider = new MeterProvider({ readers: [exporter] });
      provider.getMeter('bench').createCounter('requests').add(1);
      await exporter.startServer();
      await httpGet(`http://127.0.0.1:${port}/metrics`);
      const ms = performance.now() - start;
      await provider.shutdown();
      return ms;
    },
  };
}
