import { TagMap } from './tag-map.ts';
import type { Tags, Target, Watched, Watcher } from './watcher.ts';

/** Records one measure with tags that were looked up before. */
export class BoundRecorder {
  readonly #measure: Watched;
  readonly #tags: Tags;
  #watch: Watcher | undefined;
  #targets: readonly Target[] = [];

  constructor(measure: Watched, tags: Tags) {
    this.#measure = measure;
    // Copied: the caller may change the object later.
    this.#tags = tags instanceof TagMap ? tags : { ...tags };
  }

  /**
   * Records a value. Never throws.
   *
   * Cost: one comparison and the addition, no allocation; a look-up only after views came or went.
   */
  record(value: number): void {
    if (this.#watch !== this.#measure.watch) this.#resolve();
    const targets = this.#targets;
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i];
      target.cells.add(target.block, target.at, value);
    }
  }

  #resolve(): void {
    this.#watch = this.#measure.watch;
    this.#targets = this.#watch?.resolve(this.#tags) ?? [];
  }
}
