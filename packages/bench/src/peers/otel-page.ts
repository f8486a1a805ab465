import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { PageSource } from '../page.ts';
import { pageBounds } from '../workload.ts';

/** With the limit of 2,000 series raised to what the page needs. */
export function pageSource(series: number): PageSource {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: series + 1 }];
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('bench');
  const counter = meter.createCounter('requests');
  const advice = { explicitBucketBoundaries: [...pageBounds] };
  const histogram = meter.createHistogram('latency', { advice });
  const serializer = new PrometheusSerializer();
  return {
    count: (amount, labels) => counter.add(amount, labels),
    observe: (seconds, labels) => histogram.record(seconds, labels),
    async render() {
      const { resourceMetrics } = await reader.collect();
      return Buffer.from(serializer.serialize(resourceMetrics)).byteLength;
    },
    serve: (request, response) => reader.getMetricsRequestHandler(request, response),
  };
}
