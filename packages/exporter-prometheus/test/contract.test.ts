import { describeExporter, scrape } from '@oriel/testkit';
import { prometheus } from '../src/backend.ts';

describeExporter({
  name: 'prometheus',
  backend: prometheus,
  config: () => ({
    backendSettings: { prometheus: { defaultCollectors: false, openTelemetry: false, created: true } },
  }),
  read: async (_, exporter) =>
    (await scrape(`http://127.0.0.1:${exporter.options().metricsPort}/metrics`)).rows,
  own: /^promhttp_/,
  // The text formats have no buckets without bounds.
  capabilities: { direction: 'pull', types: { exponential_histogram: 'histogram' } },
});
