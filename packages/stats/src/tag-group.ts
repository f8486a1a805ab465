import { causeOf, type DropCause, LabelIndex, NO_ROW, valuesIn } from '@oriel/metrics';
import { activeTags } from './tag-context.ts';
import { TagMap } from './tag-map.ts';
import type { View } from './view.ts';
import { isUsual, ViewData } from './view-data.ts';
import type { Adder, Tags, Target } from './watcher.ts';

/** Views of one measure that keep the same tags: they share the look-up from tags to rows. */
export class TagGroup {
  readonly views: ViewData[] = [];
  readonly index: LabelIndex;
  readonly seriesLimit: number;
  /** Why the tags of the last look-up could not be kept as they were given. */
  readonly #causes: DropCause[] = [];

  constructor({ tagKeys, seriesLimit }: View) {
    this.index = new LabelIndex(tagKeys, seriesLimit, (event) => this.#causes.push(event));
    this.seriesLimit = seriesLimit;
  }

  /** Whether a view can join: it keeps the same tags, and no row is older than the view. */
  suits({ tagKeys, seriesLimit }: View): boolean {
    const { names, size } = this.index;
    const same = names.length === tagKeys.length && names.every((name, i) => name === tagKeys[i]);
    return same && size === 0 && seriesLimit === this.seriesLimit;
  }

  join(view: View): ViewData {
    const data = new ViewData(view, this.index);
    this.views.push(data);
    return data;
  }

  leave(data: ViewData): void {
    const place = this.views.indexOf(data);
    if (place >= 0) this.views.splice(place, 1);
  }

  record(value: number, tags: Tags | undefined): void {
    if (!isUsual(value)) {
      this.#recordUnusual(value, tags);
      return;
    }
    const row = this.#row(tags);
    if (row === NO_ROW) return;
    const { views } = this;
    const first = views[0];
    first.put(first.cells.blockOf(row), first.cells.offsetOf(row), value);
    for (let i = 1; i < views.length; i++) {
      const { cells } = views[i];
      views[i].put(cells.blockOf(row), cells.offsetOf(row), value);
    }
  }

  // A value that no view takes must not make a row.
  #recordUnusual(value: number, tags: Tags | undefined): void {
    if (!this.takes(value)) {
      this.drop(causeOf(value));
      return;
    }
    const row = this.#row(tags);
    if (row === NO_ROW) return;
    for (const data of this.views) data.add(data.cells.blockOf(row), data.cells.offsetOf(row), value);
  }

  /** Whether any of the views takes this value; all take what is finite and not negative. */
  takes(value: number): boolean {
    return isUsual(value) || this.views.some((data) => data.takes(value));
  }

  /** Where this value and others with these tags go, the context left aside. */
  resolve(tags: Tags, value: number): Target[] {
    if (!this.takes(value)) return this.dropping(causeOf(value));
    const row = this.#look(this.#values(tags, TagMap.empty));
    if (row === NO_ROW) return this.dropping(...this.#causes);
    const causes = [...this.#causes];
    return this.views.map((data) => ({
      cells: causes.length === 0 ? data : counting(data, causes),
      block: data.cells.blockOf(row),
      at: data.cells.offsetOf(row),
    }));
  }

  /** Counts a recording that every view lost, or kept with other tags. */
  drop(cause: DropCause): void {
    for (const data of this.views) data.drops.add(cause);
  }

  /** Targets that keep no value, and count each. */
  dropping(...causes: DropCause[]): Target[] {
    return this.views.map((data) => ({ cells: counting(data, causes, nowhere), block: NO_CELLS, at: 0 }));
  }

  #row(tags: Tags | undefined): number {
    const known = this.index.known((tags ?? NO_TAGS) as Readonly<Record<string, unknown>>);
    if (known >= 0) return known;
    const row = this.#look(this.#values(tags));
    for (const cause of this.#causes) this.drop(cause);
    return row;
  }

  #look(values: readonly unknown[]): number {
    this.#causes.length = 0;
    const row = this.index.rowOfValues(values);
    if (row === NO_ROW) this.#causes.push('label_value_invalid');
    return row;
  }

  // What the call does not say, the context may: it is asked only then.
  #values(tags: Tags | undefined, around?: TagMap): unknown[] {
    const { names } = this.index;
    const own =
      tags instanceof TagMap ? names.map((name) => tags.get(name)) : valuesIn(tags ?? NO_TAGS, names);
    for (let i = 0; i < names.length; i++) {
      if (own[i] !== undefined && own[i] !== null) continue;
      around ??= activeTags();
      own[i] = around.get(names[i]);
    }
    return own;
  }
}

const NO_TAGS = Object.freeze({});
const NO_CELLS = new Float64Array(0);
const nowhere: Adder = { add: () => {} };

/** Adds as the view does, or elsewhere, and counts each time why the tags are not as they were given. */
function counting(data: ViewData, causes: readonly DropCause[], to: Adder = data): Adder {
  return {
    add(block, at, value) {
      for (const cause of causes) data.drops.add(cause);
      to.add(block, at, value);
    },
  };
}
