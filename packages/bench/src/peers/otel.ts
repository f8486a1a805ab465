import type { Attributes, Counter, Histogram } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import type { TimedSession } from '../case.ts';
import { latencies, latencyBounds, tuples, valueMask } from '../workload.ts';

interface Sdk {
  readonly counter: Counter;
  readonly histogram: Histogram;
  readonly reader: PrometheusExporter;
}

function sdk(): Sdk {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench');
  const advice = { explicitBucketBoundaries: [...latencyBounds] };
  return {
    reader,
    counter: meter.createCounter('requests'),
    histogram: meter.createHistogram('latency', { advice }),
  };
}

async function samples({ reader }: Sdk): Promise<number> {
  const { resourceMetrics } = await reader.collect();
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const sums = metrics.map(({ dataPoints }) =>
    dataPoints.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : value.count), 0),
  );
  return sums.length === 0 ? 0 : Math.min(...sums);
}

/** Two instruments in turn whose view drops everything. */
export function dropped(): TimedSession {
  const meter = new MeterProvider({
    readers: [new PrometheusExporter({ preventServerStart: true })],
    views: [{ instrumentName: '*', aggregation: { type: AggregationType.DROP } }],
  }).getMeter('bench');
  const counters = ['a', 'b'].map((name) => meter.createCounter(name));
  const attributes = { ...tuples[0] };
  return {
    run(n) {
      for (let i = 0; i < n; i++) counters[i & 1].add(i, attributes);
    },
  };
}

export function plainCounter(): TimedSession {
  const all = sdk();
  const { counter } = all;
  return {
    run(n) {
      for (let i = 0; i < n; i++) counter.add(1);
    },
    arrived: () => samples(all),
  };
}

export function freshCounter(): TimedSession {
  const all = sdk();
  const { counter } = all;
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        counter.add(1, { method, route, status });
      }
    },
    arrived: () => samples(all),
  };
}

export function freshHistogram(): TimedSession {
  const all = sdk();
  const { histogram } = all;
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        histogram.record(latencies[i & valueMask], { method, route, status });
      }
    },
    arrived: () => samples(all),
  };
}

/** What a count and a distribution come to without views: a counter and a histogram. */
export function freshBoth(): TimedSession {
  const all = sdk();
  const { counter, histogram } = all;
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        const attributes: Attributes = { method, route, status };
        counter.add(1, attributes);
        histogram.record(latencies[i & valueMask], attributes);
      }
    },
    arrived: () => samples(all),
  };
}
