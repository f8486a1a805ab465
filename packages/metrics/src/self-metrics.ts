import type { Collector, FamilySink } from './collector.ts';
import { Desc } from './desc.ts';
import { DropLedger, nameOf } from './drop-ledger.ts';
import type { Failure, Outcome } from './gathering.ts';
import type { Registration } from './registration.ts';

/** What a registry knows about itself; made by `registry.selfMetrics()`. */
export class SelfMetrics implements Collector {
  readonly #registration: Registration;
  readonly #onWarning: (message: string) => void;
  readonly #ledger = new DropLedger();
  readonly #failures = new Map<string, { readonly failure: Failure; count: number }>();
  readonly #failureDesc = new Desc({
    name: 'oriel_collector_failures_total',
    type: 'counter',
    help: 'Collections that failed, by name of the collector, or its first family, and cause.',
    labelNames: ['collector', 'cause'],
  });
  readonly #outcomes = new Map<string, Outcome>();
  readonly #durationDesc = new Desc({
    name: 'oriel_collector_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Time of the last collection, by named collector.',
    labelNames: ['collector'],
  });
  readonly #successDesc = new Desc({
    name: 'oriel_collector_success',
    type: 'gauge',
    help: 'Whether the last collection succeeded, by named collector.',
    labelNames: ['collector'],
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
    return [this.#failureDesc, this.#durationDesc, this.#successDesc, this.#dropDesc];
  }

  collect(out: FamilySink): void {
    for (const { failure, count } of this.#failures.values()) {
      out.counter(this.#failureDesc, count, [failure.collector, failure.cause]);
    }
    for (const { collector, seconds, success } of this.#outcomes.values()) {
      out.gauge(this.#durationDesc, seconds, [collector]);
      out.gauge(this.#successDesc, success ? 1 : 0, [collector]);
    }
    for (const { metric, cause, count } of this.#ledger.totals(this.#registration.collectors())) {
      out.counter(this.#dropDesc, count, [metric, cause]);
    }
  }

  /** Passes the first drop of each cause on as a warning, those of before included. */
  watch(collector: Collector): void {
    try {
      const { drops } = collector;
      if (drops === undefined) return;
      const name = nameOf(collector);
      const onFirst = (cause: string): void =>
        this.#warn(`Cannot record "${name}": ${cause}; further ones are only counted`);
      for (const cause of drops.counts().keys()) onFirst(cause);
      drops.listen(onFirst);
    } catch {
      // What a collector tells of itself goes wrong without it being refused.
    }
  }

  unwatch(collector: Collector): void {
    try {
      if (collector.collectorName !== undefined) this.#outcomes.delete(collector.collectorName);
      this.#ledger.settle(collector);
      collector.drops?.listen(undefined);
    } catch {}
  }

  /** Keeps how the last collection of each named collector went. */
  keep(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) this.#outcomes.set(outcome.collector, outcome);
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

  // Later, and with its failure kept: a listener must neither run inside a recording nor fail it.
  #warn(message: string): void {
    queueMicrotask(() => {
      try {
        this.#onWarning(message);
      } catch {}
    });
  }
}
