import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { TimedSession } from '../case.ts';
import { labelsOf, SERIES } from '../remote-write-load.ts';

class PlainReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** The SDK's own collection, with its limit of 2,000 series raised to what is there. */
export function collected(): TimedSession {
  const reader = new PlainReader();
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: SERIES + 1 }];
  const counter = new MeterProvider({ readers: [reader], views }).getMeter('bench').createCounter('requests');
  const attributes = Array.from({ length: SERIES }, (_, i) => ({ ...labelsOf(i) }));
  let points = 0;
  return {
    before() {
      for (let i = 0; i < SERIES; i++) counter.add(1 + (i % 1000) / 4, attributes[i]);
    },
    async run(n) {
      for (let i = 0; i < n; i++) {
        const { resourceMetrics } = await reader.collect();
        points += resourceMetrics.scopeMetrics[0].metrics[0].dataPoints.length;
      }
    },
    arrived: () => points / SERIES,
  };
}
