import type { Collector, DropSource } from './collector.ts';

export interface DropTotal {
  readonly metric: string;
  readonly cause: string;
  readonly count: number;
}

type Counts = ReadonlyMap<string, number>;

/** Adds up what collectors dropped, by metric and cause, so that a sum stays when its collector has gone. */
export class DropLedger {
  // By metric, then cause: what collectors that have gone had dropped.
  readonly #settled = new Map<string, Map<string, number>>();
  // What is settled already of a collector that may come back.
  readonly #before = new WeakMap<DropSource, Counts>();

  /** The sums over these collectors and those that have gone. One that cannot tell its drops is left out. */
  totals(collectors: Iterable<Collector>): DropTotal[] {
    const sums = new Map([...this.#settled].map(([metric, counts]) => [metric, new Map(counts)]));
    for (const collector of collectors) this.#addTo(sums, collector);
    return [...sums].flatMap(([metric, counts]) =>
      [...counts].map(([cause, count]) => ({ metric, cause, count })),
    );
  }

  /** Keeps the sums of a collector that goes. */
  settle(collector: Collector): void {
    this.#addTo(this.#settled, collector);
    if (collector.drops !== undefined) this.#before.set(collector.drops, new Map(collector.drops.counts()));
  }

  #addTo(sums: Map<string, Map<string, number>>, collector: Collector): void {
    try {
      if (collector.drops === undefined) return;
      const before = this.#before.get(collector.drops);
      const name = nameOf(collector);
      const counts = sums.get(name) ?? new Map<string, number>();
      for (const [cause, count] of collector.drops.counts()) {
        const fresh = count - (before?.get(cause) ?? 0);
        if (fresh > 0) counts.set(cause, (counts.get(cause) ?? 0) + fresh);
      }
      sums.set(name, counts);
    } catch {
      // A collector that fails here fails when it is collected too, and is reported then.
    }
  }
}

/** The name a collector goes by: that of its first family. */
export function nameOf(collector: Collector): string {
  for (const desc of collector.describe()) return desc.name;
  return 'unchecked';
}
