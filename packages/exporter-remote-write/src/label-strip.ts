import { ByteBuffer, copyBytes } from '@oriel/encoding';
import type { LabelColumns } from '@oriel/metrics';
import type { FixedLabel, LabelColumn } from './label-form.ts';

/** A label of a part, the same on every row or by the number of its value. */
export type Slot =
  | { readonly name: string; readonly fixed: FixedLabel }
  | { readonly name: string; readonly cells: LabelCells };

/** The rows of a column. */
export class LabelCells {
  readonly #ids: Int32Array;
  readonly #arity: number;
  readonly #at: number;
  readonly #column: LabelColumn;

  constructor({ ids, names }: Pick<LabelColumns, 'ids' | 'names'>, at: number, column: LabelColumn) {
    this.#ids = ids;
    this.#arity = names.length;
    this.#at = at;
    this.#column = column;
  }

  begin(): void {
    this.#column.begin?.();
  }

  mostBytes(): number {
    return this.#column.mostBytes();
  }

  lengthOf(row: number): number {
    return this.#column.lengthOf(this.#ids[row * this.#arity + this.#at]);
  }

  copy(row: number, to: DataView, at: number): number {
    return this.#column.copy(this.#ids[row * this.#arity + this.#at], to, at);
  }
}

/** Labels side by side on every row, in a given order. */
export class LabelStrip {
  readonly #cells: readonly LabelCells[];
  /** What stands before each cell and behind the last. */
  readonly #runs: readonly FixedRun[];
  #fixedLength = 0;
  #most = 0;

  constructor(slots: readonly Slot[]) {
    const cells: LabelCells[] = [];
    const runs: FixedLabel[][] = [[]];
    for (const slot of slots) {
      if ('fixed' in slot) runs[cells.length].push(slot.fixed);
      else runs[cells.push(slot.cells)] = [];
    }
    this.#cells = cells;
    this.#runs = runs.map((labels) => new FixedRun(labels));
  }

  /** To be called in each request, before anything else. */
  begin(): void {
    this.#fixedLength = 0;
    for (const cells of this.#cells) cells.begin();
    for (const run of this.#runs) this.#fixedLength += run.begin();
    this.#most = this.#cells.reduce((sum, cells) => sum + cells.mostBytes(), this.#fixedLength);
  }

  /** As many bytes as a row's labels may take: one bound for all rows, unless it is far from what most of them need. */
  mostBytes(row: number): number {
    return this.#most <= SMALL ? this.#most : this.#lengthOf(row);
  }

  #lengthOf(row: number): number {
    const cells = this.#cells;
    let length = this.#fixedLength;
    for (let i = 0; i < cells.length; i++) length += cells[i].lengthOf(row);
    return length;
  }

  /** Copies a row's labels and returns the place behind them; up to fifteen bytes behind that are overwritten. */
  copy(row: number, to: DataView, at: number): number {
    const cells = this.#cells;
    const runs = this.#runs;
    let end = at;
    for (let i = 0; i < cells.length; i++) end = cells[i].copy(row, to, runs[i].copy(to, end));
    return runs[cells.length].copy(to, end);
  }
}

const SMALL = 4096;

/** Labels that are the same on every row. */
class FixedRun {
  readonly #labels: readonly FixedLabel[];
  readonly #written: ByteBuffer;

  constructor(labels: readonly FixedLabel[]) {
    this.#labels = labels;
    this.#written = new ByteBuffer(0);
  }

  begin(): number {
    const written = this.#written;
    written.end = 0;
    for (const label of this.#labels) label.write(written);
    return written.end;
  }

  copy(to: DataView, at: number): number {
    const { view, end } = this.#written;
    return end === 0 ? at : copyBytes(view, 0, end, to, at);
  }
}
