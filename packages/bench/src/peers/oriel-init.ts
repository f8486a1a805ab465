import { newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import type { ReadingSession } from '../case.ts';
import { httpGet } from '../http-get.ts';

/** Options, backend, process and runtime collectors, server, first page. */
export function initSession(): ReadingSession {
  return {
    async read() {
      const start = performance.now();
      const exporter = newExporter('x', {
        backends: [prometheus],
        metricsPort: 0,
        metricsListenAddress: '127.0.0.1',
        logLevel: 'silent',
        onStartError: 'throw',
      });
      await exporter.init();
      const { metricsPort, metricsPath } = exporter.options();
      await httpGet(`http://127.0.0.1:${metricsPort}${metricsPath}`);
      const ms = performance.now() - start;
      await exporter.shutdown();
      return ms;
    },
  };
}
