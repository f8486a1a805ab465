import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { Counter, Histogram, Registry } from '@oriel/metrics';
import { type Aggregation, Stats, spanExemplars, view } from '@oriel/stats';
import type { TimedSession } from '../case.ts';
import { labelNames, latencies, latencyBounds, tuples, valueMask } from '../workload.ts';

/** What the active span is while recordings are timed. */
export type SpanState = 'no-span' | 'sampled-span';

function inState(state: SpanState, act: () => void): void {
  if (state === 'no-span') {
    act();
    return;
  }
  const tracer = new BasicTracerProvider({ sampler: new AlwaysOnSampler() }).getTracer('bench');
  tracer.startActiveSpan('work', (span) => {
    act();
    span.end();
  });
}

/** A bound recorder of one view; `exemplars` says whether spans may be kept. */
export function bound(aggregation: Aggregation, exemplars: boolean, state: SpanState): TimedSession {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const stats = new Stats({ registry: new Registry(), exemplars });
  const measure = stats.measureDouble({ name: 'rpc/server/latency', unit: 'ms' });
  stats.registerViews(view({ measure, tagKeys: labelNames, aggregation }));
  const recorder = measure.bind({ ...tuples[0] });
  return {
    run(n) {
      inState(state, () => {
        for (let i = 0; i < n; i++) recorder.record(latencies[i & valueMask]);
      });
    },
    arrived: () => stats.retrieveData(measure.name)[0]?.value ?? 0,
  };
}

/** A counter's child that is held. */
export function heldCounter(exemplars: boolean): TimedSession {
  const counter = new Counter({ name: 'requests', labelNames });
  if (exemplars) counter.useExemplars(spanExemplars());
  const child = counter.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.inc();
    },
    arrived: () => child.value,
  };
}

/** A histogram's child that is held. */
export function heldHistogram(exemplars: boolean): TimedSession {
  const histogram = new Histogram({ name: 'latency', labelNames, buckets: latencyBounds });
  if (exemplars) histogram.useExemplars(spanExemplars());
  const child = histogram.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.observe(latencies[i & valueMask]);
    },
  };
}
