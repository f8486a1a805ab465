import type { MetricRun } from './metric-run.ts';

/** Runs that no page asked for in so long may go, and in twice as long are gone. */
const KEPT_MS = 5 * 60_000;

/** Runs of a part in their order; those made of other rows are to be replaced. */
export type Runs = (MetricRun | undefined)[];
type RunsByForm = Map<string, Runs>;

/**
 * Keeps runs from page to page, as long as pages go on asking for them and their labels are there.
 *
 * Shape: two generations, of which time drops the older one; what is asked for moves to the younger.
 */
export class RunCache {
  #young = new WeakMap<readonly string[], RunsByForm>();
  #old = new WeakMap<readonly string[], RunsByForm>();
  #since = 0;

  /** The runs whose first label has its values in a dictionary, in a form of which others know nothing. */
  of(dictionary: readonly string[], form: string): Runs {
    const byForm = this.#young.get(dictionary) ?? new Map<string, Runs>();
    const runs = byForm.get(form) ?? this.#old.get(dictionary)?.get(form) ?? [];
    byForm.set(form, runs);
    this.#young.set(dictionary, byForm);
    return runs;
  }

  /** To be told the time, in milliseconds, whenever a page is made, whether or not it asks for runs. */
  age(now: number): void {
    // A clock may have been put back.
    if (Math.abs(now - this.#since) < KEPT_MS) return;
    this.#since = now;
    this.#old = this.#young;
    this.#young = new WeakMap();
  }
}
