import type { Collector, FamilySink } from './collector.ts';
import { Desc } from './desc.ts';
import type { Failure } from './gathering.ts';
import type { Registration } from './registration.ts';

/** What a registry knows about itself; made by `registry.selfMetrics()`. */
export class SelfMetrics implements Collector {
  readonly #registration: Registration;
  readonly #onWarning: (message: string) => void;
  readonly #failures = new Map<string, { readonly failure: Failure; count: number }>();
  readonly #failureDesc = new Desc({
    name: 'oriel_collector_failures_total',
    type: 'counter',
    help: 'Collections that failed, by first family of the collector and cause.',
    labelNames: ['collector', 'cause'],
  });
  readonly #dropDesc = new Desc({
    name: 'oriel_recordings_dropped_total',
    type: 'counter',
    help: 'Recordings that were dropped, or whose labels were cut or folded, by metric and cause.',
    labelNames: ['metric', 'cause'],
  });

  constructor(registration: Registration, onWarning: (message: string) => void = () => {}) {
    this.#registration = registration;
    this.#onWarning = onWarning;
  }

  describe(): Desc[] {
    return [this.#failureDesc, this.#dropDesc];
  }

  collect(out: FamilySink): void {
    for (const { failure, count } of this.#failures.values()) {
      out.counter(this.#failureDesc, count, [failure.collector, failure.cause]);
    }
    for (const collector of this.#registration.collectors()) {
      if (collector.drops === undefined) continue;
      for (const [cause, count] of collector.drops.counts()) {
        out.counter(this.#dropDesc, count, [nameOf(collector), cause]);
      }
    }
  }

  /** Passes the first drop of each cause on as a warning. */
  watch(collector: Collector): void {
    if (collector.drops === undefined) return;
    const name = nameOf(collector);
    collector.drops.listen((cause) =>
      this.#warn(`Cannot record "${name}": ${cause}; further ones are only counted`),
    );
  }

  unwatch(collector: Collector): void {
    collector.drops?.listen(undefined);
  }

  count(failures: readonly Failure[]): void {
    for (const failure of failures) {
      const key = JSON.stringify([failure.collector, failure.cause]);
      const known = this.#failures.get(key);
      if (known !== undefined) {
        known.count++;
        continue;
      }
      this.#failures.set(key, { failure, count: 1 });
      this.#warn(failure.error.message);
    }
  }

  // A listener's failure is not the recorder's.
  #warn(message: string): void {
    try {
      this.#onWarning(message);
    } catch {}
  }
}

function nameOf(collector: Collector): string {
  for (const desc of collector.describe()) return desc.name;
  return 'unchecked';
}
