import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { metricsOf, type PointFacts } from './metric-data.ts';
import type { ScopedRange } from './row-batches.ts';
import type { Scope } from './scope.ts';

/**
 * Rows as the metrics of OpenTelemetry that its exporters take, by scope.
 *
 * Cost: about 0.3 µs a plain series of three labels.
 */
export function scopeMetricsOf(ranges: readonly ScopedRange[], facts: PointFacts): ScopeMetrics[] {
  const byScope = new Map<Scope, MetricData[]>();
  for (const range of ranges) {
    const metrics = byScope.get(range.scope) ?? [];
    byScope.set(range.scope, metrics);
    metrics.push(...metricsOf(range, facts));
  }
  return Array.from(byScope, ([scope, metrics]) => ({ scope, metrics }));
}
