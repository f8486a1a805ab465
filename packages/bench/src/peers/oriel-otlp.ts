import { newExporter } from '@oriel/exporter';
import { otlp } from '@oriel/exporter-otlp';
import { Counter, Registry } from '@oriel/metrics';
import { metricProducerFor } from '@oriel/otel';
import type { ReadingSession, TimedSession } from '../case.ts';
import { longestTurn } from '../longest-turn.ts';
import { labelsOf, receiver, SERIES } from '../remote-write-load.ts';
import { labelNames } from '../workload.ts';

function filledRegistry(): { readonly registry: Registry; count(): void } {
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, seriesLimit: SERIES });
  registry.register(counter);
  const children = Array.from({ length: SERIES }, (_, i) => {
    const { method, route, status } = labelsOf(i);
    return counter.labels(method, route, status);
  });
  const count = (): void => {
    for (let i = 0; i < children.length; i++) children[i].add(1 + (i % 1000) / 4);
  };
  count();
  return { registry, count };
}

/** Everything as metrics of OpenTelemetry, from the counters to the objects that an exporter gets. */
export function collected(): TimedSession {
  const { registry, count } = filledRegistry();
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

/** The longest time that the event loop was held by a push of everything. */
export async function heldByPush(): Promise<ReadingSession> {
  const { registry, count } = filledRegistry();
  const { port, close } = await receiver();
  const exporter = newExporter('', {
    registry,
    backends: [otlp],
    exporters: [`otlp+http://127.0.0.1:${port}`],
    logLevel: 'silent',
    env: {},
  });
  await exporter.init();
  const read = async (): Promise<number> => {
    count();
    const held = await longestTurn(() => exporter.forceFlush());
    const [{ error }] = exporter.backends();
    if (error !== undefined) throw error;
    return held;
  };
  for (let i = 0; i < 5; i++) await read();
  return {
    read,
    async close() {
      await exporter.shutdown();
      await close();
    },
  };
}
