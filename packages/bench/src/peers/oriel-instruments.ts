import { Counter, Histogram, type HistogramConfig, Registry } from '@oriel/metrics';
import type { ReadingSession, TimedSession } from '../case.ts';
import { heldBytes } from '../garbage.ts';
import { labelNames, latencies, latencyBounds, randoms, tuples, valueMask } from '../workload.ts';

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
  return held(new Histogram({ name: 'latency', labelNames, buckets: latencyBounds }));
}

export function heldExponential(): TimedSession {
  return held(new Histogram({ name: 'latency', labelNames, exponential: {} }));
}

function held(made: Histogram<(typeof labelNames)[number]>): TimedSession {
  const [histogram, arrived] = registered(made);
  const child = histogram.labels({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) child.observe(latencies[i & valueMask]);
    },
    arrived,
  };
}

/** How many series {@link heldBySeries} fills: as many as fit into the blocks a store grows by. */
const SERIES = 16 * 255;
const OBSERVATIONS = 10_000;

/** What the series of a histogram count into. */
export type Layout = 'histogram-0' | 'histogram-34' | 'exponential';

const layouts: Readonly<Record<Layout, Pick<HistogramConfig, 'buckets' | 'exponential'>>> = {
  'histogram-0': { buckets: [] },
  'histogram-34': { buckets: latencyBounds },
  exponential: { exponential: {} },
};

/** Bytes a series of a histogram holds after 10 k latencies, with all there is to a series. */
export function heldBySeries(layout: Layout): ReadingSession {
  const values = usualLatencies();
  // Compiled code is no series': with two others that stay it is there before, and is not compiled for one alone.
  const others = [filled(layout, values, SERIES), filled(layout, values, SERIES)];
  const before = heldBytes();
  const histogram = filled(layout, values, SERIES);
  const bytes = (heldBytes() - before) / SERIES;
  return {
    read: () => bytes,
    close: () => {
      for (const each of [...others, histogram]) each.reset();
    },
  };
}

function filled(layout: Layout, values: Float64Array, count: number): Histogram<'route'> {
  const histogram = new Histogram({ name: 'latency', labelNames: ['route'], ...layouts[layout] });
  const children = Array.from({ length: count }, (_, series) => histogram.labels(`/${series}`));
  for (let i = 0; i < OBSERVATIONS; i++) {
    for (let series = 0; series < count; series++) {
      children[series].observe(values[(i + 31 * series) % OBSERVATIONS]);
    }
  }
  return histogram;
}

/** Around 50 ms, one in a hundred above 160 ms: a lognormal distribution of sigma 0.5. */
function usualLatencies(): Float64Array {
  const [radius, angle] = [randoms(OBSERVATIONS, 2), randoms(OBSERVATIONS, 3)];
  return radius.map((random, i) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random)) * Math.cos(2 * Math.PI * angle[i]);
    return 50 * Math.exp(0.5 * normal);
  });
}
