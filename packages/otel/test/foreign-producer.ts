import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { type Bridge, bridge } from './bridge.ts';

/** A registry that reads metrics of another producer beside the SDK's own, each of a scope of its own. */
export function foreign(metrics: readonly object[]): Bridge {
  const common = {
    descriptor: { name: 'x', description: '', unit: '', valueType: 1 },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.SUM,
    dataPoints: [],
  };
  const collect = async () => ({
    errors: [],
    resourceMetrics: {
      resource: emptyResource(),
      scopeMetrics: metrics.map((metric, i) => ({
        scope: { name: `foreign ${i}` },
        metrics: [{ ...common, ...metric } as MetricData],
      })),
    },
  });
  const reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [{ collect }] });
  return bridge({ reader });
}

export function point(value: unknown, attributes: object = {}): object {
  return { startTime: [0, 0], endTime: [1, 0], attributes, value };
}
