import { CellStore } from './cell-store.ts';
import type { Label } from './desc.ts';
import type { ExemplarSampler, Waiting } from './exemplar-sampler.ts';

// A row that asked so often has had its turn.
const MOST_ASKS = 8;

/** Which rows may ask for the active span. Not all at any time: a call for each recording would cost too much. */
export class ExemplarTurns implements Waiting {
  readonly sampler: ExemplarSampler;
  /** How often a row asked in its turn. */
  readonly #cells = new CellStore(1);
  #interval: Interval = { rows: [], callbacks: [] };
  #intervalBefore: Interval = { rows: [], callbacks: [] };

  constructor(sampler: ExemplarSampler) {
    this.sampler = sampler;
  }

  /** Labels of the active span, if it is the row's turn and there is a sampled one; that ends the turn. */
  ask(row: number): readonly Label[] | undefined {
    const block = this.#cells.blockOf(row);
    const at = this.#cells.offsetOf(row);
    if (block[at] >= MOST_ASKS) return undefined;
    const labels = this.sampler.ask();
    block[at] = labels === undefined && this.sampler.answers ? block[at] + 1 : MOST_ASKS;
    // The wait is counted from the end of the turn, which may be long after its beginning.
    if (block[at] >= MOST_ASKS) {
      this.#interval.rows.push(row);
      this.sampler.wait(this);
    }
    return labels;
  }

  /** Whether it is a row's turn; if not, calls back when it may be. So who holds the row needs but a flag. */
  isTurn(row: number, onTurn: () => void): boolean {
    if (this.#cells.blockOf(row)[this.#cells.offsetOf(row)] < MOST_ASKS) return true;
    this.#interval.callbacks.push(onTurn);
    this.sampler.wait(this);
    return false;
  }

  pass(): boolean {
    const { rows, callbacks } = this.#intervalBefore;
    this.#intervalBefore = this.#interval;
    this.#interval = { rows: [], callbacks: [] };
    for (const row of rows) this.#cells.clearRow(row);
    for (const callback of callbacks) callback();
    return this.#intervalBefore.rows.length + this.#intervalBefore.callbacks.length > 0;
  }
}

/** Who ended a turn, or found it ended, in one interval. */
interface Interval {
  readonly rows: number[];
  readonly callbacks: (() => void)[];
}
