import { DataPointType, type ExponentialHistogram, type MetricData } from '@opentelemetry/sdk-metrics';
import type { MetricType } from '@oriel/metrics';

/** Prometheus's native histograms, and with them Oriel's, are no coarser. */
const LOWEST_SCHEMA = -4;

/** The type of family a metric asks for; `undefined` if its points are of an unknown kind. */
export function typeOf(metric: MetricData): MetricType | undefined {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric.dataPoints.every(({ value }) => hasSchema(value)) ? 'exponential_histogram' : 'histogram';
    default:
      return undefined;
  }
}

function hasSchema({ scale }: ExponentialHistogram): boolean {
  return scale >= LOWEST_SCHEMA;
}

/** The type that can hold both, `undefined` if none can: every exponential histogram can be a classic one. */
export function joinedType(a: MetricType, b: MetricType): MetricType | undefined {
  if (a === b) return a;
  return isHistogram(a) && isHistogram(b) ? 'histogram' : undefined;
}

export function isHistogram(type: MetricType): boolean {
  return type === 'histogram' || type === 'exponential_histogram';
}

/** A type as the SDK's users know it. */
export function shownType(type: MetricType): string {
  return isHistogram(type) ? 'histogram' : type;
}
