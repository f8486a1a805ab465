import type { Gatherer, GatherOptions, Snapshot } from '@oriel/metrics';

/**
 * Gathers for several scrapes at once, one gathering at a time.
 *
 * A scrape that comes while one runs gets the next, with all others that wait for it: so what was recorded
 * before it came is in what it gets. Who leaves does not take the gathering from the others.
 */
export class SharedGatherer implements Gatherer {
  readonly #gatherer: Gatherer;
  #running: Promise<Snapshot> | undefined;
  #next: Promise<Snapshot> | undefined;

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  collectorNames(): Iterable<string> {
    return this.#gatherer.collectorNames?.() ?? [];
  }

  gather(options: GatherOptions = {}): Promise<Snapshot> {
    const { collectors, timeoutMs } = options;
    // Who asks for a part shares it with nobody.
    if (collectors !== undefined) return this.#gatherer.gather(options);
    const start = (): Promise<Snapshot> => this.#start(timeoutMs);
    if (this.#running === undefined) return start();
    this.#next ??= this.#running.then(start, start);
    return this.#next;
  }

  #start(timeoutMs: number | undefined): Promise<Snapshot> {
    this.#next = undefined;
    const run = this.#gatherer.gather(timeoutMs === undefined ? {} : { timeoutMs }).finally(() => {
      // The next one, if somebody waits, starts in its own time.
      if (this.#running === run) this.#running = undefined;
    });
    this.#running = run;
    return run;
  }
}
