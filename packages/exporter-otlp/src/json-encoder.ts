import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { plainResource, scopeMetricsOf } from '@oriel/otel';
import { withJsonNumbers } from './json-numbers.ts';
import { type MetricRequest, MOST_BUCKETS, type Rejection, type RequestEncoder } from './request-encoder.ts';

/** Requests as JSON, by OpenTelemetry's serializer. Its points have no place for exemplars and zero thresholds. */
export class JsonEncoder implements RequestEncoder {
  async encode({ ranges, time, temporality, resource }: MetricRequest): Promise<Uint8Array> {
    const scopeMetrics = scopeMetricsOf(ranges, { time, temporality, maxBuckets: MOST_BUCKETS });
    const metrics = withJsonNumbers({ resource: plainResource(resource), scopeMetrics });
    return JsonMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array();
  }

  rejectionIn(answer: Uint8Array): Rejection {
    const { partialSuccess } = JsonMetricsSerializer.deserializeResponse(answer);
    return {
      rejected: Number(partialSuccess?.rejectedDataPoints ?? 0),
      reason: partialSuccess?.errorMessage ?? '',
    };
  }
}
