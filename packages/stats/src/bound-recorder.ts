import { copyTags } from './tag-copy.ts';
import type { ExemplarSlot, RecordOptions, Resolved, Tags, Target, ViewsMark, Watched } from './watcher.ts';

// Looked up in any case.
const UNKNOWN: ViewsMark = { changed: true };
const NOWHERE: Resolved = { targets: [], slots: [] };

/** Records one measure with tags that were looked up before. */
export class BoundRecorder {
  readonly #measure: Watched;
  readonly #tags: Tags;
  /** The views the targets are of. */
  #views: ViewsMark = UNKNOWN;
  #targets: readonly Target[] = [];
  #slots: readonly ExemplarSlot[] = [];
  /** Whether the active span may be asked for: one flag, as it is read for each recording. */
  #maySample = false;

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
  record(value: number, options?: RecordOptions): void {
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
    if (this.#maySample || options !== undefined) this.#keepExemplar(value, options);
  }

  #keepExemplar(value: number, options: RecordOptions | undefined): void {
    if (options !== undefined) {
      for (const slot of this.#slots) slot.attach(value, options);
      return;
    }
    const onTurn = (): void => {
      this.#maySample = true;
    };
    this.#maySample = false;
    for (const slot of this.#slots) if (slot.sample(value, onTurn)) this.#maySample = true;
  }

  #resolve(value: number): void {
    const { watch } = this.#measure;
    const { targets, slots } = watch?.resolve(this.#tags, value) ?? NOWHERE;
    this.#targets = targets;
    this.#slots = slots;
    this.#maySample = slots.length > 0;
    // Who refused this value made no row for it, but may take the next one.
    this.#views = watch === undefined || watch.takes(value) ? this.#measure.views : UNKNOWN;
  }
}
