import { trace } from '@opentelemetry/api';
import { ExemplarSampler, type ExemplarSamplerOptions } from '@oriel/metrics';

/**
 * A sampler of the active OpenTelemetry span, for `new Stats({ exemplars })` or `registry.useExemplars()`.
 *
 * Without a registered context manager and tracer provider no span is ever active, and nothing is kept.
 *
 * @example
 * import { Registry } from '@oriel/metrics';
 *
 * const registry = new Registry({ exemplars: spanExemplars() });
 * assert.deepEqual([...registry.collectorNames()], []);
 */
export function spanExemplars(options: Omit<ExemplarSamplerOptions, 'activeSpan'> = {}): ExemplarSampler {
  return new ExemplarSampler({ ...options, activeSpan: () => trace.getActiveSpan()?.spanContext() });
}
