import { ageOf, distance, timeOf } from './exemplar.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { withRest, withSampled } from './sampled-list.ts';
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
  /** Who says how long exemplars that were sampled stay. */
  sampler: ExemplarSampler | undefined;
  readonly #options: RowExemplarsOptions;
  /** By row, by rising value; a list is replaced, never changed, as snapshots share it. */
  readonly #lists = new Map<number, readonly Exemplar[]>();
  // Apart: what was given never makes room for what was sampled.
  readonly #sampled = new Map<number, readonly Exemplar[]>();

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

  /** Adds one that a sampler chose; see {@link withSampled}. */
  sample(row: number, exemplar: Exemplar): void {
    const { minAgeMs = 0, maxAgeMs = 0 } = this.sampler ?? {};
    const rules = { most: this.#options.maxExemplars, minAgeMs, maxAgeMs };
    this.#sampled.set(row, withSampled(this.#sampled.get(row) ?? [], exemplar, rules));
  }

  clearRow(row: number): void {
    this.#lists.delete(row);
    this.#sampled.delete(row);
  }

  clear(): void {
    this.#lists.clear();
    this.#sampled.clear();
  }

  /** Those of the listed rows, by their place in the list; `undefined` if there are none. */
  copy(live: readonly number[] | undefined): ReadonlyMap<number, readonly Exemplar[]> | undefined {
    this.#dropOld();
    const rows = new Set([...this.#lists.keys(), ...this.#sampled.keys()]);
    if (rows.size === 0) return undefined;
    const copy = new Map<number, readonly Exemplar[]>();
    for (const [place, row] of live?.entries() ?? Array.from(rows, (row) => [row, row] as const)) {
      if (rows.has(row)) copy.set(place, this.#listOf(row));
    }
    return copy;
  }

  #listOf(row: number): readonly Exemplar[] {
    const given = this.#lists.get(row) ?? [];
    const sampled = this.#sampled.get(row);
    if (sampled === undefined) return given;
    const young = given.filter((one) => this.#isYoung(one));
    return withRest(young, sampled, this.#options.maxExemplars);
  }

  // Without a sampler nobody is left to show what it chose.
  #dropOld(): void {
    for (const [row, list] of this.#sampled) {
      const young = list.filter((one) => this.#isYoung(one));
      if (young.length === 0) this.#sampled.delete(row);
      else if (young.length < list.length) this.#sampled.set(row, young);
    }
  }

  #isYoung(exemplar: Exemplar): boolean {
    const { sampler } = this;
    return sampler !== undefined && ageOf(exemplar, sampler.now()) <= sampler.maxAgeMs;
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
