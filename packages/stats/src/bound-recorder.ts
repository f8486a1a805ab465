import { copyTags } from './tag-copy.ts';
import type { Tags, Target, ViewsMark, Watched } from './watcher.ts';

// Looked up in any case.
const UNKNOWN: ViewsMark = { changed: true };

/** Records one measure with tags that were looked up before. */
export class BoundRecorder {
  readonly #measure: Watched;
  readonly #tags: Tags;
  /** The views the targets are of. */
  #views: ViewsMark = UNKNOWN;
  #targets: readonly Target[] = [];

  constructor(measure: Watched, tags: Tags) {
    this.#measure = measure;
    // Copied: the caller may change the object later.
    this.#tags = copyTags(tags);
  }

  /**
   * Records a value. Never throws.
   *
   * Cost: one comparison and the addition, no allocation; a look-up only after views came or went.
   */
  record(value: number): void {
    if (this.#views.changed) this.#resolve(value);
    const targets = this.#targets;
    // Apart from the others: most measures have one view, for which the loop costs a third of the addition.
    const first = targets[0];
    if (first === undefined) return;
    first.cells.add(first.block, first.at, value);
    for (let i = 1; i < targets.length; i++) {
      const target = targets[i];
      target.cells.add(target.block, target.at, value);
    }
  }

  #resolve(value: number): void {
    const { watch } = this.#measure;
    this.#targets = watch?.resolve(this.#tags, value) ?? [];
    // Who refused this value made no row for it, but may take the next one.
    this.#views = watch === undefined || watch.takes(value) ? this.#measure.views : UNKNOWN;
  }
}
