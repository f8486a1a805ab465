import { BucketSearch } from './bucket-search.ts';
import type { Desc } from './desc.ts';
import type { ExemplarLabels } from './exemplar.ts';
import type { Exponential } from './exponential.ts';
import { ExponentialStore } from './exponential-store.ts';
import { SeriesTable } from './series-table.ts';
import type { SeriesColumns } from './snapshot.ts';

export interface ExponentialSeriesOptions {
  readonly desc: Desc;
  readonly definition: Exponential;
  /** Of the classic buckets beside, if there are any. */
  readonly bounds: readonly number[] | undefined;
  readonly seriesLimit?: number;
  readonly now?: () => number;
}

// What the classic side of a histogram without bounds shows: count and sum.
const PLAIN_STRIDE = 2;

/** The series of a histogram with exponential buckets, and with classic ones if it has bounds. */
export class ExponentialSeries {
  readonly table: SeriesTable;
  readonly store: ExponentialStore;
  readonly #bounds: readonly number[] | undefined;
  readonly #search: BucketSearch;

  constructor({ desc, definition, bounds, seriesLimit, now }: ExponentialSeriesOptions) {
    this.#bounds = bounds;
    this.#search = new BucketSearch(bounds ?? []);
    this.store = new ExponentialStore({
      definition,
      createdAt: (row) => this.table.index.createdAt(row),
      onReset: (row) => this.table.cells.clearRow(row),
      now,
    });
    this.table = new SeriesTable({
      desc,
      stride: bounds === undefined ? 0 : bounds.length + 2,
      shownStride: bounds === undefined ? PLAIN_STRIDE : bounds.length + 2,
      points: bounds,
      seriesLimit,
      now,
      beside: this.store,
    });
  }

  /** Counts any number into a row. */
  observe(row: number, value: number, exemplar?: ExemplarLabels): void {
    const { cells } = this.store;
    this.store.record(cells.blockOf(row), cells.offsetOf(row), value);
    // After the exponential buckets, as these may begin both anew.
    if (this.#bounds !== undefined) this.#countBeside(row, value, this.#bounds.length);
    if (exemplar !== undefined) this.#keepExemplar(row, value, exemplar);
  }

  #countBeside(row: number, value: number, bounds: number): void {
    const block = this.table.cells.blockOf(row);
    const at = this.table.cells.offsetOf(row);
    block[at + this.#search.of(value)] += 1;
    block[at + bounds + 1] += value;
  }

  #keepExemplar(row: number, value: number, labels: ExemplarLabels): void {
    const exemplar = this.table.setExemplar(row, this.#search.of(value), labels, value);
    if (exemplar !== undefined) this.store.exemplars.add(row, exemplar);
  }

  /** A copy of all series as they are now. */
  columns(): SeriesColumns {
    const columns = this.table.columns();
    const live = this.table.index.liveRows();
    const { values, exponential } = this.store.copy(columns.rows, live);
    const created = columns.created && this.store.began(columns.created, live);
    if (this.#bounds !== undefined) return { ...columns, created, exponential };
    return { ...columns, stride: PLAIN_STRIDE, values, created, exponential };
  }
}
