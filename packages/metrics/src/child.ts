import { NO_ROW } from './label-index.ts';
import type { SeriesTable } from './series-table.ts';
import type { Exemplar } from './snapshot.ts';

/**
 * Holds one series, so that recording needs no look-up.
 *
 * After its series was removed a child still works, on cells of its own that nobody reads.
 */
export abstract class Child {
  protected readonly table: SeriesTable;
  protected row: number;
  protected block: Float64Array;
  protected at: number;
  /** Whether a recording is to call {@link sample}. Only after {@link hold}. */
  protected maySample: boolean;
  #generation: number;

  constructor(table: SeriesTable, row: number) {
    this.table = table;
    this.row = row;
    this.block = table.cells.blockOf(row);
    this.at = table.cells.offsetOf(row);
    this.#generation = table.index.generation;
    this.maySample = table.turns !== undefined;
  }

  /** Keeps the active span as the exemplar of a cell, if it is the series' turn; answers it, kept or not. */
  protected sample(cell: number, value: number): Exemplar | undefined {
    const { row, table } = this;
    const exemplar = table.sample(row, cell, value);
    const onTurn = (): void => {
      this.maySample = true;
    };
    this.maySample = row !== NO_ROW && table.turns?.isTurn(row, onTurn) === true;
    return exemplar;
  }

  /** Must come before every use of `block` and `at`. */
  protected hold(): void {
    if (this.#generation !== this.table.index.generation) this.#holdAgain();
  }

  #holdAgain(): void {
    const { index, cells } = this.table;
    const mine = this.row !== NO_ROW && index.isSince(this.row, this.#generation);
    this.#generation = index.generation;
    if (!mine && this.row !== NO_ROW) {
      this.row = NO_ROW;
      this.block = new Float64Array(cells.stride);
      this.at = 0;
    }
    this.maySample = this.table.turns !== undefined;
  }
}
