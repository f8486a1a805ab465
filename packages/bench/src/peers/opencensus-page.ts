import { globalStats } from '@opencensus/core';
import { PrometheusStatsExporter } from '@opencensus/exporter-prometheus';
import type { PageSource } from '../page.ts';
import { pageBounds } from '../workload.ts';
import { forget, tagMapOf, watched } from './opencensus.ts';

// What the exporter keeps to itself: the registry it serves, as its own server does.
interface Inside {
  readonly registry: { metrics(): string };
}

/** Through measures and views, whose numbers the exporter copies with each recording. A count takes no amounts. */
export function pageSource(): PageSource {
  const exporter = new PrometheusStatsExporter({});
  globalStats.registerExporter(exporter);
  const { registry } = exporter as unknown as Inside;
  const counted = watched('requests', pageBounds, 'count').measure;
  const observed = watched('latency', pageBounds, 'distribution').measure;
  return {
    count: (_, labels) => globalStats.record([{ measure: counted, value: 1 }], tagMapOf(labels)),
    observe: (value, labels) => globalStats.record([{ measure: observed, value }], tagMapOf(labels)),
    render: () => Buffer.from(registry.metrics()).byteLength,
    close: forget,
    serve(_, response) {
      response.setHeader('Content-Type', PrometheusStatsExporter.DEFAULT_OPTIONS.contentType);
      response.end(registry.metrics());
    },
  };
}
