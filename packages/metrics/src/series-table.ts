import { CellExemplars } from './cell-exemplars.ts';
import { type Allocate, CellStore } from './cell-store.ts';
import type { Desc } from './desc.ts';
import { DropCounter } from './drop-counter.ts';
import { MetricsError } from './error.ts';
import { type ExemplarLabels, exemplarOf } from './exemplar.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { ExemplarTurns } from './exemplar-turns.ts';
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
  /** Which rows may ask for the active span; none without a sampler. */
  turns: ExemplarTurns | undefined;
  readonly #options: SeriesTableOptions;
  readonly #exemplars: CellExemplars;

  constructor(options: SeriesTableOptions) {
    this.desc = options.desc;
    this.#options = options;
    this.#exemplars = new CellExemplars(options.shownStride ?? options.stride);
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
    else this.#exemplars.give(row, cell, exemplar);
    return exemplar;
  }

  /** Lets rows have exemplars of the sampler's choice, or no more. */
  useExemplars(sampler: ExemplarSampler | undefined): void {
    if (this.turns?.sampler === sampler) return;
    this.turns = sampler && new ExemplarTurns(sampler);
    this.#exemplars.sampler = sampler;
    // Who holds a row holds its turn too.
    this.index.generation++;
  }

  /** Keeps the active span as the exemplar of a cell, if it is the row's turn; answers it, kept or not. */
  sample(row: number, cell: number, value: number): Exemplar | undefined {
    const { turns } = this;
    if (turns === undefined || row === NO_ROW || !Number.isFinite(value)) return undefined;
    const labels = turns.ask(row);
    if (labels === undefined) return undefined;
    const exemplar = { labels, value, timestamp: turns.sampler.now() };
    this.#exemplars.sample(row, cell, exemplar);
    return exemplar;
  }

  remove(row: number): void {
    this.#exemplars.clearRow(row);
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
      exemplars: this.#exemplars.copy(live),
    };
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
