import {
  BucketSearch,
  CellExemplars,
  type Exemplar,
  type ExemplarSampler,
  type ExponentialStore,
} from '@oriel/metrics';
import type { View } from './view.ts';
import { whole } from './whole-number.ts';

/** The exemplars of a view: one for each series of a counter and each bucket, none for a last value. */
export class ViewExemplars {
  readonly #view: View;
  readonly #cells: CellExemplars;
  readonly #search: BucketSearch;
  /** Those of exponential buckets. */
  readonly #spread: ExponentialStore['exemplars'] | undefined;

  constructor(view: View, store: ExponentialStore | undefined) {
    const { aggregation } = view;
    const bounds = 'bounds' in aggregation ? aggregation.bounds : [];
    this.#view = view;
    this.#cells = new CellExemplars('bounds' in aggregation ? bounds.length + 2 : 1);
    this.#search = new BucketSearch(bounds);
    this.#spread = store?.exemplars;
  }

  /** Who chooses some, and says how long they stay. */
  get sampler(): ExemplarSampler | undefined {
    return this.#cells.sampler;
  }

  set sampler(sampler: ExemplarSampler | undefined) {
    if (this.#view.aggregation.kind === 'lastValue') return;
    this.#cells.sampler = sampler;
    if (this.#spread !== undefined) this.#spread.sampler = sampler;
  }

  /** Keeps one that a sampler chose. */
  sample(row: number, exemplar: Exemplar): void {
    const own = this.#own(exemplar);
    if (own === undefined || this.sampler === undefined) return;
    this.#cells.sample(row, this.#search.of(own.value), own);
    this.#spread?.sample(row, own);
  }

  /** Keeps one that was attached to a value, unless a young one of its bucket tells more. */
  attach(row: number, exemplar: Exemplar): void {
    const own = this.#own(exemplar);
    if (own === undefined) return;
    this.#cells.giveBetter(row, this.#search.of(own.value), own);
    this.#spread?.add(row, own);
  }

  clearRow(row: number): void {
    this.#cells.clearRow(row);
  }

  copy(live: readonly number[] | undefined): ReadonlyMap<number, Exemplar> | undefined {
    return this.#cells.copy(live);
  }

  // With what the view adds to its numbers, so that it lies in the bucket it stands at.
  #own(exemplar: Exemplar): Exemplar | undefined {
    const { aggregation, measure } = this.#view;
    if (aggregation.kind === 'lastValue') return undefined;
    if (aggregation.kind === 'count') return { ...exemplar, value: 1 };
    return measure.kind === 'int64' ? { ...exemplar, value: whole(exemplar.value) } : exemplar;
  }
}
