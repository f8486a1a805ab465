import { Counter, Histogram, Registry } from '@oriel/metrics';
import type { TimedSession } from '../case.ts';
import { labelNames, latencies, latencyBounds, tuples, valueMask } from '../workload.ts';

async function samples(registry: Registry): Promise<number> {
  const { families } = await registry.gather();
  const columns = families.flatMap(({ parts }) => parts);
  return columns.reduce(
    (sum, { values, stride, rows }) =>
      // All cells but a histogram's sum.
      sum +
      Array.from(values.subarray(0, rows * stride))
        .filter((_, cell) => stride === 1 || cell % stride !== stride - 1)
        .reduce((a, b) => a + b, 0),
    0,
  );
}

function registered<T extends Parameters<Registry['register']>[0]>(collector: T): [T, () => Promise<number>] {
  const registry = new Registry();
  registry.register(collector);
  return [collector, () => samples(registry)];
}

export function plainCounter(): TimedSession {
  const [counter, arrived] = registered(new Counter({ name: 'requests' }));
  return {
    run(n) {
      for (let i = 0; i < n; i++) counter.inc();
    },
    arrived,
  };
}

export function freshCounter(): TimedSession {
  const [counter, arrived] = registered(new Counter({ name: 'requests', labelNames }));
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        counter.inc({ method, route, status });
      }
    },
    arrived,
  };
}

export function heldCounter(): TimedSession {
  const [counter, arrived] = registered(new Counter({ name: 'requests', labelNames }));
  const child = counter.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.inc();
    },
    arrived,
  };
}

export function freshHistogram(): TimedSession {
  const [histogram, arrived] = registered(
    new Histogram({ name: 'latency', labelNames, buckets: latencyBounds }),
  );
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        histogram.observe(latencies[i & valueMask], { method, route, status });
      }
    },
    arrived,
  };
}

export function heldHistogram(): TimedSession {
  const [histogram, arrived] = registered(
    new Histogram({ name: 'latency', labelNames, buckets: latencyBounds }),
  );
  const child = histogram.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.observe(latencies[i & valueMask]);
    },
    arrived,
  };
}
