import type { Gatherer, GatherOptions, Snapshot } from '@oriel/metrics';
import type { Turns } from './turns.ts';

export interface SharedGathererOptions {
  /** A gathering begins in a turn of its own. */
  readonly turns: Turns;
  /** For collectors, in milliseconds; that of one scrape would hold for all. Default: the gatherer's. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Gathers for several scrapes at once, one gathering at a time.
 *
 * A scrape gets the first gathering that begins after it came, with all others that came by then: so what was
 * recorded before it came is in what it gets. Who leaves does not take the gathering from the others.
 */
export class SharedGatherer implements Gatherer {
  readonly #gatherer: Gatherer;
  readonly #turns: Turns;
  readonly #options: GatherOptions;
  #running: Promise<void> | undefined;
  #next: Promise<Snapshot> | undefined;

  constructor(gatherer: Gatherer, { turns, timeoutMs }: SharedGathererOptions) {
    this.#gatherer = gatherer;
    this.#turns = turns;
    this.#options = timeoutMs === undefined ? {} : { timeoutMs };
  }

  collectorNames(): Iterable<string> {
    return this.#gatherer.collectorNames?.() ?? [];
  }

  gather(options: GatherOptions = {}): Promise<Snapshot> {
    // Who asks for a part shares it with nobody.
    if (options.collectors !== undefined) return this.#gatherer.gather(options);
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<Snapshot> {
    await this.#running;
    await this.#turns.next();
    this.#next = undefined;
    const gathered = this.#gatherer.gather(this.#options);
    const over = (): void => {};
    this.#running = gathered.then(over, over);
    return gathered;
  }
}
