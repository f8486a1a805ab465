import type { Exemplar } from './snapshot.ts';

export interface RowExemplarsOptions {
  readonly maxExemplars: number;
  /** In milliseconds. */
  readonly exemplarMaxAge: number;
}

/**
 * A few exemplars per series, spread over its values.
 *
 * A new one for which there is no room takes the place of the oldest, if that is too old; else of the older one of
 * the two, itself among them, that are nearest to each other on a logarithmic scale. So the extremes stay.
 */
export class RowExemplars {
  readonly #options: RowExemplarsOptions;
  /** By row, by rising value; a list is replaced, never changed, as snapshots share it. */
  readonly #lists = new Map<number, readonly Exemplar[]>();

  constructor(options: RowExemplarsOptions) {
    this.#options = options;
  }

  add(row: number, exemplar: Exemplar): void {
    const { maxExemplars } = this.#options;
    if (maxExemplars === 0) return;
    const known = this.#lists.get(row) ?? [];
    const list = [...known, exemplar].sort((a, b) => a.value - b.value);
    if (list.length > maxExemplars) list.splice(this.#least(list, exemplar), 1);
    this.#lists.set(row, list);
  }

  clearRow(row: number): void {
    this.#lists.delete(row);
  }

  clear(): void {
    this.#lists.clear();
  }

  /** Those of the listed rows, by their place in the list; `undefined` if there are none. */
  copy(live: readonly number[] | undefined): ReadonlyMap<number, readonly Exemplar[]> | undefined {
    if (this.#lists.size === 0) return undefined;
    if (live === undefined) return new Map(this.#lists);
    const moved = new Map<number, readonly Exemplar[]>();
    for (const [place, row] of live.entries()) {
      const list = this.#lists.get(row);
      if (list !== undefined) moved.set(place, list);
    }
    return moved;
  }

  #least(list: readonly Exemplar[], newest: Exemplar): number {
    const oldest = list.reduce((found, one, i) => (timeOf(one) < timeOf(list[found]) ? i : found), 0);
    if (timeOf(newest) - timeOf(list[oldest]) > this.#options.exemplarMaxAge) return oldest;
    let near = 0;
    for (let i = 1; i + 1 < list.length; i++) {
      if (distance(list[i], list[i + 1]) < distance(list[near], list[near + 1])) near = i;
    }
    return near + 1 < list.length && timeOf(list[near + 1]) < timeOf(list[near]) ? near + 1 : near;
  }
}

function timeOf({ timestamp = 0 }: Exemplar): number {
  return timestamp;
}

// Values of different signs are as far apart as can be, and so is zero from all others.
function distance({ value: a }: Exemplar, { value: b }: Exemplar): number {
  if (a === b) return 0;
  return a * b > 0 ? Math.abs(Math.log(Math.abs(a)) - Math.log(Math.abs(b))) : Number.POSITIVE_INFINITY;
}
