import { Counter, type CounterChild, Registry } from '@oriel/metrics';
import { labelsOf, SERIES } from './remote-write-load.ts';
import { labelNames } from './workload.ts';

/** So many counters of one name, each counted once. */
export function countingRegistry(): {
  readonly registry: Registry;
  readonly children: readonly CounterChild[];
  /** Counts on, so that no series is as it was. */
  count(): void;
} {
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, seriesLimit: SERIES });
  registry.register(counter);
  const children = Array.from({ length: SERIES }, (_, i) => {
    const { method, route, status } = labelsOf(i);
    return counter.labels(method, route, status);
  });
  const count = (): void => {
    for (let i = 0; i < children.length; i++) children[i].add(1 + (i % 1000) / 4);
  };
  count();
  return { registry, children, count };
}
