import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Registry } from '@oriel/metrics';
import {
  type Aggregation,
  count,
  distribution,
  exponential,
  type Measure,
  Stats,
  upsert,
  view,
  withTags,
} from '@oriel/stats';
import type { TimedSession } from '../case.ts';
import {
  labelNames,
  latencies,
  latencyBounds,
  randoms,
  routesFor,
  tupleOf,
  tuples,
  valueMask,
} from '../workload.ts';

// Every loop stands on its own: one shared by two cases would make the engine mix what it learns of them.

export const countView: Aggregation = count();
export const distributionView: Aggregation = distribution(latencyBounds);
export const exponentialView: Aggregation = exponential();

interface Watched {
  readonly measure: Measure;
  arrived(): number;
}

function watched(aggregations: readonly Aggregation[], seriesLimit?: number): Watched {
  const stats = new Stats({ registry: new Registry() });
  const measure = stats.measureDouble({ name: 'rpc/server/latency', unit: 'ms' });
  const views = aggregations.map((aggregation) =>
    view({ name: `rpc/server/${aggregation.kind}`, measure, tagKeys: labelNames, aggregation, seriesLimit }),
  );
  stats.registerViews(...views);
  const counted = (name: string): number => stats.retrieveData(name).reduce((sum, row) => sum + row.value, 0);
  return { measure, arrived: () => Math.min(...views.map(({ name }) => counted(name))) };
}

/** Two measures in turn, so that no call can be moved out of the loop. */
export function noView(): TimedSession {
  const stats = new Stats({ registry: new Registry() });
  const measures = ['a', 'b'].map((name) => stats.measureDouble({ name }));
  const tags = { ...tuples[0] };
  return {
    run(n) {
      for (let i = 0; i < n; i++) measures[i & 1].record(i, tags);
    },
  };
}

export function boundNoView(): TimedSession {
  const stats = new Stats({ registry: new Registry() });
  const bound = ['a', 'b'].map((name) => stats.measureDouble({ name }).bind({ ...tuples[0] }));
  return {
    run(n) {
      for (let i = 0; i < n; i++) bound[i & 1].record(i);
    },
  };
}

/** A new tags object for each call. */
export function fresh(...aggregations: readonly Aggregation[]): TimedSession {
  const { measure, arrived } = watched(aggregations);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        measure.record(latencies[i & valueMask], { method, route, status });
      }
    },
    arrived,
  };
}

/** As {@link fresh}, where a rule of the operator rewrites the route. */
export function ruled(): TimedSession {
  const stats = new Stats({ registry: new Registry() });
  stats.configure({ rules: [{ name: '*', labels: [{ name: 'route', regex: { '/{id}': '/[0-9]+' } }] }] });
  const measure = stats.measureDouble({ name: 'rpc/server/latency', unit: 'ms' });
  stats.registerViews(
    view({ name: 'rpc/server/count', measure, tagKeys: labelNames, aggregation: countView }),
  );
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === tuples.length - 1 ? 0 : at + 1;
        const { method, route, status } = tuples[at];
        measure.record(latencies[i & valueMask], { method, route, status });
      }
    },
    arrived: () => stats.retrieveData('rpc/server/count').reduce((sum, row) => sum + row.value, 0),
  };
}

export function bound(...aggregations: readonly Aggregation[]): TimedSession {
  const { measure, arrived } = watched(aggregations);
  const recorder = measure.bind({ ...tuples[0] });
  return {
    run(n) {
      for (let i = 0; i < n; i++) recorder.record(latencies[i & valueMask]);
    },
    arrived,
  };
}

/** Tags from the context alone, which is entered anew after so many recordings. */
export function inContext(recordingsPerContext: number): TimedSession {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { measure, arrived } = watched([countView]);
  const changes = tuples.map((tuple) => labelNames.map((name) => upsert(name, tuple[name])));
  let at = 0;
  return {
    run(n) {
      for (let done = 0; done < n; done += recordingsPerContext) {
        at = at === changes.length - 1 ? 0 : at + 1;
        const end = Math.min(n, done + recordingsPerContext);
        withTags(changes[at], () => {
          for (let i = done; i < end; i++) measure.record(i);
        });
      }
    },
    arrived,
  };
}

/** Fresh tags of a random series, of so many. */
export function randomRows(series: number): TimedSession {
  const { measure, arrived } = watched([countView], Number.POSITIVE_INFINITY);
  const routes = routesFor(series);
  for (let i = 0; i < series; i++) measure.record(1, tupleOf(i, routes));
  const order = Uint32Array.from(randoms(2 ** 20, 2), (random) => Math.floor(random * series));
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) measure.record(i, tupleOf(order[at++ & (order.length - 1)], routes));
    },
    arrived: () => arrived() - series,
  };
}
