import { CellStore, type LabelIndex } from '@oriel/metrics';
import type { Keeper } from './watcher.ts';

// Cells of a row: its updates, how many there were when it was last looked at, and when they had last grown.
const CELLS = 3;

/**
 * Counts the updates of rows, and finds those that had none for a while.
 *
 * By the number of updates and not by the value: a last value that is set to the same again is alive.
 */
export class RowExpiry implements Keeper {
  readonly cells: CellStore = new CellStore(CELLS);
  readonly #expiryMs: number;
  readonly #isKept: (value: number) => boolean;

  /** `isKept` says whether any view keeps a value: what all of them drop is no update. */
  constructor(expiryMs: number, isKept: (value: number) => boolean) {
    this.#expiryMs = expiryMs;
    this.#isKept = isKept;
  }

  put(block: Float64Array, at: number): void {
    block[at] += 1;
  }

  add(block: Float64Array, at: number, value: number): void {
    if (this.#isKept(value)) block[at] += 1;
  }

  clearRow(row: number): void {
    this.cells.clearRow(row);
  }

  /** Rows without an update for the whole time, as far as those who looked can tell: never one too early. */
  idleRows(index: LabelIndex, now: number): number[] {
    return index.rows().filter((row) => this.#isIdle(row, now));
  }

  #isIdle(row: number, now: number): boolean {
    const block = this.cells.blockOf(row);
    const at = this.cells.offsetOf(row);
    if (block[at] === block[at + 1]) return now - block[at + 2] >= this.#expiryMs;
    block[at + 1] = block[at];
    block[at + 2] = now;
    return false;
  }
}
