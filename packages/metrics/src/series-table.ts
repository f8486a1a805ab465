import { type Allocate, CellStore } from './cell-store.ts';
import type { Desc } from './desc.ts';
import { DropCounter } from './drop-counter.ts';
import { MetricsError } from './error.ts';
import { type ExemplarLabels, exemplarOf } from './exemplar.ts';
import { LabelIndex, NO_ROW } from './label-index.ts';
import type { Labels } from './label-value.ts';
import { quote } from './names.ts';
import type { Exemplar, SeriesColumns } from './snapshot.ts';

/** The most series an instrument or a view keeps apart, unless it is told otherwise. */
const DEFAULT_SERIES_LIMIT = 10_000;

export interface SeriesTableOptions {
  readonly desc: Desc;
  readonly stride: number;
  readonly points?: readonly number[];
  /** Cells of a row as a snapshot shows it, where {@link beside} holds them. Default: the stride. */
  readonly shownStride?: number;
  /** Keeps more of the same rows, and ends them too. */
  readonly beside?: RowStore;
  /** Default: `Date.now`. */
  readonly now?: () => number;
  /** Beyond it, new label tuples share one row whose labels all say `__overflow__`. Default: 10 000. */
  readonly seriesLimit?: number;
  readonly allocate?: Allocate;
}

/** What holds something of each row. */
export interface RowStore {
  clearRow(row: number): void;
  clear(): void;
}

/** All series of one instrument: labels to rows, rows to cells, and exemplars beside them. */
export class SeriesTable {
  readonly desc: Desc;
  readonly index: LabelIndex;
  readonly drops: DropCounter = new DropCounter();
  cells: CellStore;
  readonly #options: SeriesTableOptions;
  readonly #shownStride: number;
  readonly #exemplars = new Map<number, Exemplar>();

  constructor(options: SeriesTableOptions) {
    this.desc = options.desc;
    this.#options = options;
    this.#shownStride = options.shownStride ?? options.stride;
    const limit = checkedLimit(options);
    this.index = new LabelIndex(
      options.desc.labelNames,
      limit,
      (event) => this.drops.add(event),
      options.now,
    );
    this.cells = new CellStore(options.stride, options.allocate);
  }

  /** The row of these labels; counts a drop and answers {@link NO_ROW} if there can be none. */
  row(labels: Labels): number {
    const row = this.index.row(labels);
    if (row === NO_ROW) this.drops.add('label_value_invalid');
    return row;
  }

  /** As {@link row}, for values in the order of the index. */
  rowOfValues(values: readonly unknown[]): number {
    const row = this.index.rowOfValues(values);
    if (row === NO_ROW) this.drops.add('label_value_invalid');
    return row;
  }

  /** Keeps an exemplar, the last one of each cell, and answers it; a row that has ended, {@link NO_ROW}, keeps none. */
  setExemplar(row: number, cell: number, labels: ExemplarLabels, value: number): Exemplar | undefined {
    if (row === NO_ROW) return undefined;
    const exemplar = exemplarOf(labels, value, this.#options.now);
    if (exemplar === undefined) this.drops.add('exemplar_invalid');
    else this.#exemplars.set(row * this.#shownStride + cell, exemplar);
    return exemplar;
  }

  remove(row: number): void {
    const stride = this.#shownStride;
    for (let cell = 0; cell < stride; cell++) this.#exemplars.delete(row * stride + cell);
    this.cells.clearRow(row);
    this.#options.beside?.clearRow(row);
    this.index.remove(row);
  }

  clear(): void {
    this.index.clear();
    this.cells = new CellStore(this.cells.stride, this.#options.allocate);
    this.#options.beside?.clear();
    this.#exemplars.clear();
  }

  /** A copy of all series as they are now. */
  columns(): SeriesColumns {
    const live = this.index.liveRows();
    return {
      rows: this.index.size,
      constLabels: this.desc.constLabels,
      labels: this.index.columns(live),
      stride: this.cells.stride,
      values: this.cells.copy(this.index.size, live),
      points: this.#options.points ?? [],
      states: [],
      created: this.index.created(live),
      exemplars: this.#exemplars.size === 0 ? undefined : this.#movedExemplars(live),
    };
  }

  #movedExemplars(live: readonly number[] | undefined): ReadonlyMap<number, Exemplar> {
    if (live === undefined) return new Map(this.#exemplars);
    const stride = this.#shownStride;
    const place = new Map(live.map((row, at) => [row, at]));
    return new Map(
      [...this.#exemplars].map(([cell, exemplar]) => {
        const row = Math.floor(cell / stride);
        return [(place.get(row) ?? 0) * stride + (cell % stride), exemplar];
      }),
    );
  }
}

function checkedLimit({ desc, seriesLimit = DEFAULT_SERIES_LIMIT }: SeriesTableOptions): number {
  if (seriesLimit === Number.POSITIVE_INFINITY || (Number.isInteger(seriesLimit) && seriesLimit >= 1))
    return seriesLimit;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define metric "${desc.name}": seriesLimit is ${quote(seriesLimit)}; use a whole number of at least 1, or Infinity`,
    details: { metric: desc.name, seriesLimit },
  });
}
