import type { CounterChild } from '@oriel/metrics';
import type { Stats } from '@oriel/stats';

/** Counts the recordings whose label is shared with others, by label, in `oriel_label_values_folded_total` of a Stats. */
export class FoldedLabels<Name extends string> {
  readonly #stats: Stats;
  readonly #metric: string;
  readonly #keys: Readonly<Record<Name, string>>;
  readonly #counters = new Map<Name, CounterChild>();

  /** `keys` are the tags by what they say. */
  constructor(stats: Stats, metric: string, keys: Readonly<Record<Name, string>>) {
    this.#stats = stats;
    this.#metric = metric;
    this.#keys = keys;
  }

  // The Stats shows the family from the first of them on.
  add(name: Name): void {
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      counter = this.#stats.foldCounter(this.#metric, this.#keys[name]);
      this.#counters.set(name, counter);
    }
    counter.inc();
  }
}
