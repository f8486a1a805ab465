import type { Measure, Stats } from '@oriel/stats';

/** What the registered views want of a recording: nothing, some of a few known tags, or tags of anybody. */
export class ViewDemand {
  readonly #stats: Stats;
  readonly #measures: readonly Measure[];
  readonly #plain: ReadonlySet<string>;
  #marks: readonly { readonly changed: boolean }[] = [];
  #needsMore = false;

  /** `plain` are the tags that are looked up together; a view that keeps another one needs more. */
  constructor(stats: Stats, measures: readonly Measure[], plain: readonly string[]) {
    this.#stats = stats;
    this.#measures = measures;
    this.#plain = new Set(plain);
  }

  /** Whether any view keeps more than the plain tags. Cost: a flag for each measure until views come or go. */
  get needsMore(): boolean {
    const marks = this.#marks;
    if (marks.length === 0 || marks[0].changed || marks[1].changed || marks[2].changed) this.#look();
    return this.#needsMore;
  }

  #look(): void {
    this.#marks = this.#measures.map(({ views }) => views);
    // As they run: the operator may have added tags, and views.
    const watching = this.#stats.runningViews().filter(({ measure }) => this.#measures.includes(measure));
    this.#needsMore = watching.some(({ tagKeys }) => tagKeys.some((key) => !this.#plain.has(key)));
  }
}
