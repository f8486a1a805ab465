import { describeExporter, rowsOfPage } from '@oriel/testkit';
import { prometheus } from '../src/backend.ts';

const openMetrics = 'application/openmetrics-text; version=1.0.0; escaping=allow-utf-8';

describeExporter({
  name: 'prometheus',
  backend: prometheus,
  config: () => ({
    backendSettings: { prometheus: { defaultCollectors: false, openTelemetry: false, created: true } },
  }),
  read: async (_, exporter) => {
    const url = `http://127.0.0.1:${exporter.options().metricsPort}/metrics`;
    const answer = await fetch(url, { headers: { accept: openMetrics, connection: 'close' } });
    return rowsOfPage(await answer.text(), 'openmetrics');
  },
  own: /^promhttp_/,
  capabilities: { direction: 'pull' },
});
