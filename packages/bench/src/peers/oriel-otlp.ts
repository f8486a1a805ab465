import { metricProducerFor } from '@oriel/otel';
import type { TimedSession } from '../case.ts';
import { countingRegistry } from '../counting-registry.ts';
import { SERIES } from '../remote-write-load.ts';

/** Everything as metrics of OpenTelemetry, from the counters to the objects that an exporter gets. */
export function collected(): TimedSession {
  const { registry, count } = countingRegistry();
  const producer = metricProducerFor(registry);
  let points = 0;
  return {
    before: count,
    async run(n) {
      for (let i = 0; i < n; i++) {
        const { resourceMetrics } = await producer.collect();
        points += resourceMetrics.scopeMetrics[0].metrics[0].dataPoints.length;
      }
    },
    arrived: () => points / SERIES,
  };
}
