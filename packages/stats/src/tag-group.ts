import { causeOf, DropCounter, LabelIndex, NO_ROW, valuesIn } from '@oriel/metrics';
import { activeTags } from './tag-context.ts';
import { TagMap } from './tag-map.ts';
import type { View } from './view.ts';
import { ViewData } from './view-data.ts';
import type { Tags, Target } from './watcher.ts';

/** Views of one measure that keep the same tags: they share the look-up from tags to rows. */
export class TagGroup {
  readonly views: ViewData[] = [];
  readonly index: LabelIndex;
  readonly seriesLimit: number;
  readonly drops: DropCounter = new DropCounter();

  constructor({ tagKeys, seriesLimit }: View) {
    this.index = new LabelIndex(tagKeys, seriesLimit, (event) => this.drops.add(event));
    this.seriesLimit = seriesLimit;
  }

  /** Whether a view can join: it keeps the same tags, and no row is older than the view. */
  suits({ tagKeys, seriesLimit }: View): boolean {
    const { names, size } = this.index;
    const same = names.length === tagKeys.length && names.every((name, i) => name === tagKeys[i]);
    return same && size === 0 && seriesLimit === this.seriesLimit;
  }

  join(view: View): ViewData {
    const data = new ViewData(view, this.index, this.drops);
    this.views.push(data);
    return data;
  }

  leave(data: ViewData): void {
    const place = this.views.indexOf(data);
    if (place >= 0) this.views.splice(place, 1);
  }

  record(value: number, tags: Tags | undefined): void {
    // A value that no view takes must not make a row.
    const usual = typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
    if (!usual && !this.#takes(value)) return;
    const row = this.#row(tags);
    if (row === NO_ROW) return;
    const { views } = this;
    for (let i = 0; i < views.length; i++) {
      const { cells } = views[i];
      views[i].add(cells.blockOf(row), cells.offsetOf(row), value);
    }
  }

  /** Where values with these tags go, the context left aside. */
  resolve(tags: Tags): Target[] {
    const row = this.#counted(this.index.rowOfValues(this.#values(tags, TagMap.empty)));
    if (row === NO_ROW) return [];
    return this.views.map((data) => ({
      cells: data,
      block: data.cells.blockOf(row),
      at: data.cells.offsetOf(row),
    }));
  }

  #takes(value: number): boolean {
    const taken = this.views.filter((data) => data.takes(value));
    if (taken.length === 0) this.drops.add(causeOf(value));
    return taken.length > 0;
  }

  #row(tags: Tags | undefined): number {
    const row = tags === undefined ? NO_ROW : this.index.known(tags as Readonly<Record<string, unknown>>);
    // What the call does not say, the context may.
    return row >= 0 ? row : this.#counted(this.index.rowOfValues(this.#values(tags, activeTags())));
  }

  #values(tags: Tags | undefined, around: TagMap): unknown[] {
    const { names } = this.index;
    const own =
      tags instanceof TagMap ? names.map((name) => tags.get(name)) : valuesIn(tags ?? NO_TAGS, names);
    for (let i = 0; i < names.length; i++) own[i] ??= around.get(names[i]);
    return own;
  }

  #counted(row: number): number {
    if (row === NO_ROW) this.drops.add('label_value_invalid');
    return row;
  }
}

const NO_TAGS = Object.freeze({});
