import { createRequire } from 'node:module';
import {
  AggregationType,
  globalStats,
  type Measure,
  MeasureUnit,
  TagMap,
  type TagValue,
  type View,
} from '@opencensus/core';
import type { TimedSession } from '../case.ts';
import { labelNames, latencies, latencyBounds, type Tuple, tuples, valueMask } from '../workload.ts';

// Everything hangs on one instance per process: each case has measures and views of its own there.

type Kind = 'count' | 'distribution';

const keys = labelNames.map((name) => ({ name }));
const values: readonly (readonly TagValue[])[] = tuples.map((tuple) =>
  labelNames.map((name) => ({ value: tuple[name] })),
);

/** A measure and views of it by all three tags. */
export function watched(
  name: string,
  bounds: readonly number[],
  ...kinds: readonly Kind[]
): { measure: Measure; views: View[] } {
  const measure = globalStats.createMeasureDouble(name, MeasureUnit.MS, 'What is recorded.');
  const views = kinds.map((kind) => {
    const type = kind === 'count' ? AggregationType.COUNT : AggregationType.DISTRIBUTION;
    return globalStats.createView(`${name}_${kind}`, measure, type, keys, 'What is recorded.', [...bounds]);
  });
  for (const view of views) globalStats.registerView(view);
  return { measure, views };
}

/**
 * Ends all views and exporters.
 *
 * What exporters made is also in the default registry of the prom-client they bring, where the next would meet it.
 */
export function forget(): void {
  globalStats.clear();
  const require = createRequire(import.meta.resolve('@opencensus/exporter-prometheus'));
  const { register } = require('prom-client') as { readonly register: { clear(): void } };
  register.clear();
}

/** A tag map of three values, new with each call. */
export function tagMap(method: TagValue, route: TagValue, status: TagValue): TagMap {
  const tags = new TagMap();
  tags.set(keys[0], method);
  tags.set(keys[1], route);
  tags.set(keys[2], status);
  return tags;
}

export function tagMapOf({ method, route, status }: Tuple): TagMap {
  return tagMap({ value: method }, { value: route }, { value: status });
}

function arrived(views: readonly View[]): number {
  const sums = views.map((view) =>
    view.getMetric(0).timeseries.reduce((sum, { points: [{ value }] }) => {
      return sum + (typeof value === 'number' ? value : Number((value as { count: number }).count));
    }, 0),
  );
  return Math.min(...sums);
}

export function noView(): TimedSession {
  const measures = ['a', 'b'].map((name) => globalStats.createMeasureDouble(name, MeasureUnit.UNIT));
  const tags = tagMapOf(tuples[0]);
  return {
    run(n) {
      for (let i = 0; i < n; i++) globalStats.record([{ measure: measures[i & 1], value: i }], tags);
    },
  };
}

/** A new tag map for each call. */
export function fresh(...kinds: readonly Kind[]): TimedSession {
  const { measure, views } = watched('latency', latencyBounds, ...kinds);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === values.length - 1 ? 0 : at + 1;
        const [method, route, status] = values[at];
        globalStats.record([{ measure, value: latencies[i & valueMask] }], tagMap(method, route, status));
      }
    },
    arrived: () => arrived(views),
  };
}

/** Tags from the context alone, which is entered anew after so many recordings. */
export function inContext(recordingsPerContext: number): TimedSession {
  const { measure, views } = watched('latency', latencyBounds, 'count');
  let at = 0;
  return {
    run(n) {
      for (let done = 0; done < n; done += recordingsPerContext) {
        at = at === values.length - 1 ? 0 : at + 1;
        const end = Math.min(n, done + recordingsPerContext);
        const [method, route, status] = values[at];
        globalStats.withTagContext(tagMap(method, route, status), () => {
          for (let i = done; i < end; i++) globalStats.record([{ measure, value: i }]);
        });
      }
    },
    arrived: () => arrived(views),
  };
}
