import { globalStats } from '@opencensus/core';
import { PrometheusStatsExporter } from '@opencensus/exporter-prometheus';
import type { ReadingSession } from '../case.ts';
import { freePort } from '../free-port.ts';
import { httpGet } from '../http-get.ts';
import { pageBounds, tuples } from '../workload.ts';
import { forget, tagMapOf, watched } from './opencensus.ts';

/** One view, Express server, first page: there are no default metrics in these packages. */
export function initSession(): ReadingSession {
  return {
    async read() {
      // Its port 0 means its own default.
      const port = await freePort();
      const start = performance.now();
      const exporter = new PrometheusStatsExporter({ port });
      globalStats.registerExporter(exporter);
      const { measure } = watched('requests', pageBounds, 'count');
      globalStats.record([{ measure, value: 1 }], tagMapOf(tuples[0]));
      await new Promise<void>((resolve) => exporter.startServer(resolve));
      await httpGet(`http://127.0.0.1:${port}/metrics`);
      const ms = performance.now() - start;
      globalStats.unregisterExporter(exporter);
      forget();
      return ms;
    },
  };
}
