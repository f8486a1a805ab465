import { ExponentialStore, type LabelIndex, type SeriesColumns } from '@oriel/metrics';
import type { Exponential } from './aggregation.ts';
import { BesideBuckets } from './beside-buckets.ts';

/** The numbers of a view with exponential buckets, and with classic ones beside them if it has bounds. */
export class ExponentialRows {
  readonly store: ExponentialStore;
  readonly beside: BesideBuckets | undefined;
  readonly #index: LabelIndex;

  constructor(aggregation: Exponential, index: LabelIndex, isWhole: boolean) {
    const { bounds } = aggregation;
    this.#index = index;
    this.beside = bounds.length === 0 ? undefined : new BesideBuckets(bounds, isWhole);
    this.store = new ExponentialStore({
      definition: aggregation,
      createdAt: (row) => index.createdAt(row),
      onReset: (row) => this.beside?.clearRow(row),
    });
  }

  /** What the columns of a view have of these rows. */
  columns(
    rows: number,
    live: readonly number[] | undefined,
  ): Pick<SeriesColumns, 'created' | 'exponential' | 'stride' | 'values'> {
    const { values, exponential } = this.store.copy(rows, live);
    const created = this.store.began(this.#index.created(live), live);
    const { stride } = this.beside?.cells ?? this.store.cells;
    return { stride, values: this.beside?.cells.copy(rows, live) ?? values, exponential, created };
  }
}
