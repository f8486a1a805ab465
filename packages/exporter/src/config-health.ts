import { type Collector, Desc, type FamilySink } from '@oriel/metrics';

/** What the self-metrics tell about the operator's file; named after Prometheus' own. */
export class ConfigHealth implements Collector {
  readonly #last = new Desc({
    name: 'oriel_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to load the configuration file succeeded.',
  });
  readonly #time = new Desc({
    name: 'oriel_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the configuration file was last loaded with success, in seconds since the epoch.',
  });
  readonly #reloads = new Desc({
    name: 'oriel_config_reloads_total',
    type: 'counter',
    help: 'Reloads of the configuration file by result.',
    labelNames: ['result'],
  });
  readonly #counts = { success: 0, failure: 0 };
  #lastWell = true;
  #loadedAt: number;

  /** The file was loaded once already; that counts as no reload. */
  constructor(now: number) {
    this.#loadedAt = now;
  }

  reloaded(result: 'success' | 'failure', now: number): void {
    this.#counts[result]++;
    this.#lastWell = result === 'success';
    if (this.#lastWell) this.#loadedAt = now;
  }

  describe(): Iterable<Desc> {
    return [this.#last, this.#time, this.#reloads];
  }

  collect(out: FamilySink): void {
    out.gauge(this.#last, this.#lastWell ? 1 : 0);
    out.gauge(this.#time, this.#loadedAt / 1000);
    for (const [result, count] of Object.entries(this.#counts)) out.counter(this.#reloads, count, [result]);
  }
}
