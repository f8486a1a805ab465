import type { Gatherer, GatherOptions, Snapshot } from '@oriel/metrics';

// What Oriel tells about itself is called the same in every program.
const OWN_PREFIX = 'oriel_';

/**
 * A gatherer whose families carry a namespace, apart from Oriel's own. An empty namespace changes nothing.
 *
 * Every backend reads its registry through it: `namespaced(context.namespace, context.registry)`.
 *
 * @example
 * const { Counter, Registry } = await import('@oriel/metrics');
 * const registry = new Registry();
 * registry.register(new Counter({ name: 'jobs_total' }));
 * const { families } = await namespaced('shop', registry).gather();
 * assert.equal(families[0].name, 'shop_jobs_total');
 */
export function namespaced(namespace: string, gatherer: Gatherer): Gatherer {
  if (namespace === '') return gatherer;
  const full = (name: string): string => (name.startsWith(OWN_PREFIX) ? name : `${namespace}_${name}`);
  return {
    async gather(options: GatherOptions = {}): Promise<Snapshot> {
      const { names, ...rest } = options;
      const snapshot = await gatherer.gather(rest);
      const wanted = names === undefined ? undefined : new Set(names);
      const families = snapshot.families.map((family) => ({ ...family, name: full(family.name) }));
      return { ...snapshot, families: families.filter(({ name }) => wanted?.has(name) ?? true) };
    },
    collectorNames: () => gatherer.collectorNames?.() ?? [],
  };
}
