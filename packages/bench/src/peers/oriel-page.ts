import { type EncodeOptions, encode, scrapeHandler } from '@oriel/exporter-prometheus';
import { Counter, Histogram, Registry } from '@oriel/metrics';
import type { PageSource } from '../page.ts';
import { labelNames, pageBounds } from '../workload.ts';

export function pageSource(format: EncodeOptions['format'] = 'text-0.0.4'): PageSource {
  const registry = new Registry();
  const seriesLimit = Number.POSITIVE_INFINITY;
  const counter = new Counter({ name: 'requests', help: 'Requests.', labelNames, seriesLimit });
  const histogram = new Histogram({
    name: 'latency',
    help: 'Latency.',
    labelNames,
    seriesLimit,
    buckets: pageBounds,
  });
  registry.register(counter);
  registry.register(histogram);
  return {
    count: (amount, labels) => counter.add(amount, labels),
    observe: (seconds, labels) => histogram.observe(seconds, labels),
    async render() {
      const snapshot = await registry.gather();
      const chunks = encode(snapshot, { format });
      let bytes = 0;
      // Given back, as a server does once a chunk is sent.
      for (let next = chunks.next(); !next.done; next = chunks.next(next.value))
        bytes += next.value.byteLength;
      return bytes;
    },
    serve: scrapeHandler({ registry }),
  };
}
