import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes } from '@opentelemetry/api';
import type {
  CollectionResult,
  MetricCollectOptions,
  MetricProducer,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { type Gatherer, MetricsError, type Snapshot } from '@oriel/metrics';
import { resourceAttributes } from './resource-attributes.ts';
import { rowBatches } from './row-batches.ts';
import type { Scope } from './scope.ts';
import { scopeMetricsOf } from './scope-metrics.ts';

export interface MetricProducerOptions {
  /** Of series that no OpenTelemetry instrument recorded. Default: `{ name: 'oriel' }`. */
  readonly scope?: Scope;
}

/**
 * Carries a registry to any OpenTelemetry reader, and so to any exporter: pass it in the reader's `metricProducers`.
 *
 * Shape: cumulative, whatever the exporter prefers, as a producer is not told; the table of the package's README says
 * what becomes of what.
 * Errors: none, and it never rejects or hangs: what goes wrong is among the result's `errors`.
 *
 * @example
 * const { Counter, Registry } = await import('@oriel/metrics');
 * const registry = new Registry();
 * registry.getOrRegister(new Counter({ name: 'jobs_total' })).add(3);
 * const { resourceMetrics } = await metricProducerFor(registry).collect();
 * const [metric] = resourceMetrics.scopeMetrics[0].metrics;
 * assert.equal(metric.descriptor.name, 'jobs_total');
 * assert.equal(metric.dataPoints[0].value, 3);
 */
export function metricProducerFor(gatherer: Gatherer, options: MetricProducerOptions = {}): MetricProducer {
  const within = new AsyncLocalStorage<true>();
  return {
    async collect({ timeoutMillis }: MetricCollectOptions = {}): Promise<CollectionResult> {
      if (within.getStore()) return { ...nothing(), errors: [circle()] };
      try {
        const snapshot = await within.run(true, () => gatherWithin(gatherer, timeoutMillis));
        const [ranges = []] = rowBatches(snapshot, { scope: options.scope });
        const resource = plainResource(resourceAttributes(snapshot));
        const scopeMetrics = scopeMetricsOf(ranges, { time: snapshot.time, temporality: 'cumulative' });
        return { resourceMetrics: { resource, scopeMetrics }, errors: [...snapshot.errors] };
      } catch (cause) {
        return { ...nothing(), errors: [cause] };
      }
    },
  };
}

function nothing(): Pick<CollectionResult, 'resourceMetrics'> {
  return { resourceMetrics: { resource: plainResource({}), scopeMetrics: [] } };
}

// The registry reads the reader that reads the registry.
function circle(): MetricsError {
  return new MetricsError('COLLECT_FAILED', {
    message:
      'Cannot produce OpenTelemetry metrics: the registry collects from the reader that it produces for; give each its own reader',
  });
}

/** A resource of the SDK with attributes that are all there. */
export function plainResource(attributes: Attributes): ResourceMetrics['resource'] {
  const resource: ResourceMetrics['resource'] = {
    attributes,
    merge: (other) => (other === null ? resource : plainResource({ ...attributes, ...other.attributes })),
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

async function gatherWithin(gatherer: Gatherer, milliseconds: number | undefined): Promise<Snapshot> {
  if (milliseconds === undefined || milliseconds === Number.POSITIVE_INFINITY) return gatherer.gather();
  const abort = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  let grace: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    abort.abort();
    // A registry now gives what has arrived; whoever heeds no signal is not waited for.
    grace = setImmediate(() => reject(lateError(milliseconds)));
  }, milliseconds);
  try {
    return await Promise.race([gatherer.gather({ signal: abort.signal }), late]);
  } finally {
    clearTimeout(timer);
    clearImmediate(grace);
  }
}

function lateError(milliseconds: number): MetricsError {
  return new MetricsError('COLLECT_TIMEOUT', {
    message: `Cannot produce OpenTelemetry metrics: the registry did not answer within ${milliseconds} ms; they are left out this time`,
    details: { timeoutMillis: milliseconds },
  });
}
