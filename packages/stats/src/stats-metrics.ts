import { Counter, type CounterChild, MetricsError, type Registerer } from '@oriel/metrics';

/** What a `Stats` tells of itself, in its own registry, from the first time on that there is something to tell. */
export class StatsMetrics {
  readonly #registry: Registerer;
  #folded: Counter<'metric' | 'label'> | undefined;
  #expired: Counter<'view'> | undefined;

  constructor(registry: Registerer) {
    this.#registry = registry;
  }

  /** Label values that were folded into another one, such as unknown paths, by metric and label. */
  folded(metric: string, label: string): CounterChild {
    this.#folded ??= this.#registered(
      new Counter({
        name: 'oriel_label_values_folded_total',
        help: 'Recordings with a label value that was folded into another, by metric and label.',
        labelNames: ['metric', 'label'],
      }),
    );
    return this.#folded.labels({ metric, label });
  }

  /** Counts rows that ended for being idle. */
  expired(view: string, rows: number): void {
    this.#expired ??= this.#registered(
      new Counter({
        name: 'oriel_series_expired_total',
        help: 'Series of views that ended because nothing was recorded for them, by view.',
        labelNames: ['view'],
      }),
    );
    this.#expired.add(rows, { view });
  }

  // Another Stats of the registry may have it; whatever else holds the name keeps it, and then nobody sees ours.
  #registered<L extends string>(counter: Counter<L>): Counter<L> {
    try {
      this.#registry.register(counter);
    } catch (error) {
      const existing = error instanceof MetricsError ? error.details.existing : undefined;
      if (existing instanceof Counter) return existing as Counter<L>;
    }
    return counter;
  }
}
