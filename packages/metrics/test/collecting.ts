import type { Collector, FamilySink } from '../src/collector.ts';
import { Desc } from '../src/desc.ts';
import { Gauge } from '../src/gauge.ts';

/** A promise that stays open. */
export const never: Promise<void> = new Promise<void>(() => {});

/** A collector of one gauge family that collects in this way. */
export function collecting(
  name: string,
  collect: (out: FamilySink, desc: Desc) => void | Promise<void>,
): Collector {
  const desc = new Desc({ name, type: 'gauge' });
  return { describe: () => [desc], collect: (out) => collect(out, desc) };
}

/** A gauge that shows this value. */
export function set(name: string, value: number): Gauge {
  const g = new Gauge({ name });
  g.set(value);
  return g;
}
