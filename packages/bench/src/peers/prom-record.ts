import type { Counter, Histogram } from 'prom-client';
import type { TimedSession } from '../case.ts';
import { labelNames, latencies, latencyBounds, tuples, valueMask } from '../workload.ts';
import type { PromLibrary } from './prom-library.ts';

// Loaded once for each of the two libraries, see prom.ts.

type Label = (typeof labelNames)[number];

async function samples(metric: Counter | Histogram): Promise<number> {
  const { values } = (await metric.get()) as {
    values: readonly { readonly value: number; readonly metricName?: string }[];
  };
  const counts = values.filter(({ metricName }) => metricName?.endsWith('_count') ?? true);
  return (counts.length > 0 ? counts : values).reduce((sum, { value }) => sum + value, 0);
}

function counterOf({ Counter, Registry }: PromLibrary): Counter<Label> {
  return new Counter({ name: 'requests_total', help: 'Requests.', labelNames, registers: [new Registry()] });
}

function histogramOf({ Histogram, Registry }: PromLibrary): Histogram<Label> {
  return new Histogram({
    name: 'latency',
    help: 'Latency.',
    labelNames,
    buckets: [...latencyBounds],
    registers: [new Registry()],
  });
}

export function plainCounter({ Counter, Registry }: PromLibrary): TimedSession {
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', registers: [new Registry()] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) counter.inc();
    },
    arrived: () => samples(counter),
  };
}

export function freshCounter(library: PromLibrary): TimedSession {
  const counter = counterOf(library);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        counter.inc({ method, route, status });
      }
    },
    arrived: () => samples(counter),
  };
}

export function heldCounter(library: PromLibrary): TimedSession {
  const counter = counterOf(library);
  const child = counter.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.inc();
    },
    arrived: () => samples(counter),
  };
}

export function freshHistogram(library: PromLibrary): TimedSession {
  const histogram = histogramOf(library);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        histogram.observe({ method, route, status }, latencies[i & valueMask]);
      }
    },
    arrived: () => samples(histogram),
  };
}

export function heldHistogram(library: PromLibrary): TimedSession {
  const histogram = histogramOf(library);
  const child = histogram.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.observe(latencies[i & valueMask]);
    },
    arrived: () => samples(histogram),
  };
}

/** What two views of a measure come to where there are none: a counter and a histogram. */
export function freshBoth(library: PromLibrary): TimedSession {
  const counter = counterOf(library);
  const histogram = histogramOf(library);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        const labels = { method, route, status };
        counter.inc(labels);
        histogram.observe(labels, latencies[i & valueMask]);
      }
    },
    arrived: async () => Math.min(await samples(counter), await samples(histogram)),
  };
}

export function heldBoth(library: PromLibrary): TimedSession {
  const counter = counterOf(library);
  const histogram = histogramOf(library);
  const held = counter.labels({ ...tuples[0] });
  const observer = histogram.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        held.inc();
        observer.observe(latencies[i & valueMask]);
      }
    },
    arrived: async () => Math.min(await samples(counter), await samples(histogram)),
  };
}
