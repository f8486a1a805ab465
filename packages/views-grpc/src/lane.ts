import type { BoundRecorder, Measure, Stats, TagMap } from '@oriel/stats';

/**
 * Whether a view of a measure keeps other tags than the interceptors give: those must come from the RPC's context.
 *
 * Cost: one comparison; a walk over the views after they changed.
 */
export class ContextNeed {
  readonly measure: Measure;
  readonly #stats: Stats;
  readonly #own: readonly string[];
  #seen: Measure['views'] = { changed: true };
  #wanted = false;

  constructor(stats: Stats, measure: Measure, own: readonly string[]) {
    this.#stats = stats;
    this.measure = measure;
    this.#own = own;
  }

  get wanted(): boolean {
    if (this.#seen.changed) this.#look();
    return this.#wanted;
  }

  #look(): void {
    this.#seen = this.measure.views;
    // As they run: the operator may have added tags, and views.
    this.#wanted = this.#stats
      .runningViews()
      .some(
        ({ measure, tagKeys }) => measure === this.measure && tagKeys.some((key) => !this.#own.includes(key)),
      );
  }
}

/** Records one measure for one method, or for one method and status. */
export class Lane {
  readonly #need: ContextNeed;
  readonly #own: Readonly<Record<string, string>>;
  readonly #bound: BoundRecorder;

  constructor(need: ContextNeed, own: Readonly<Record<string, string>>) {
    this.#need = need;
    this.#own = own;
    this.#bound = need.measure.bind(own);
  }

  // Not `measure.record`: whatever context is active when a socket has news is not the RPC's.
  record(value: number, around: TagMap): void {
    if (around.size === 0 || !this.#need.wanted) this.#bound.record(value);
    else this.#need.measure.bind(around.apply(this.#own)).record(value);
  }
}
