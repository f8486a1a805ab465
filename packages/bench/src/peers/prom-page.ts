import type { PageSource } from '../page.ts';
import { labelNames, pageBounds } from '../workload.ts';
import type { PromLibrary } from './prom-library.ts';

// Loaded once for each of the two libraries, see prom.ts.

export function pageSource({ Counter, Histogram, Registry }: PromLibrary): PageSource {
  const registry = new Registry();
  const registers = [registry];
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, registers });
  const buckets = [...pageBounds];
  const histogram = new Histogram({ name: 'latency', help: 'Latency.', labelNames, registers, buckets });
  return {
    count: (amount, labels) => counter.inc(labels, amount),
    observe: (seconds, labels) => histogram.observe(labels, seconds),
    render: async () => Buffer.from(await registry.metrics()).byteLength,
    async serve(_, response) {
      response.setHeader('Content-Type', registry.contentType);
      response.end(await registry.metrics());
    },
  };
}
