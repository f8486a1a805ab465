import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/**
 * Metrics whose NaN and infinities are texts, as JSON has no such numbers.
 *
 * OpenTelemetry's serializer would write `null`. Source: protobuf's JSON mapping, which OTLP follows.
 */
export function withJsonNumbers(metrics: ResourceMetrics): ResourceMetrics {
  const scopeMetrics = metrics.scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map(metricWithTexts),
  }));
  return { ...metrics, scopeMetrics };
}

function metricWithTexts(metric: MetricData): MetricData {
  if (metric.dataPointType === DataPointType.GAUGE || metric.dataPointType === DataPointType.SUM) {
    if (metric.dataPoints.every(({ value }) => Number.isFinite(value))) return metric;
    const dataPoints = metric.dataPoints.map((point) => ({ ...point, value: jsonNumber(point.value) }));
    return { ...metric, dataPoints };
  }
  const points: readonly { readonly value: { readonly sum?: number } }[] = metric.dataPoints;
  if (points.every(({ value: { sum = 0 } }) => Number.isFinite(sum))) return metric;
  const dataPoints = points.map((point) => {
    const { sum } = point.value;
    return { ...point, value: { ...point.value, sum: sum === undefined ? sum : jsonNumber(sum) } };
  });
  return { ...metric, dataPoints } as MetricData;
}

// The serializer hands the value to JSON as it is.
function jsonNumber(value: number): number {
  return Number.isFinite(value) ? value : (String(value) as unknown as number);
}
