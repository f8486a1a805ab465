import { BucketSearch, CellStore } from '@oriel/metrics';
import type { Keeper } from './watcher.ts';

/**
 * Classic buckets beside exponential ones, which take the same values.
 *
 * They are recorded to apart and after the others, as those may begin both anew. In one call the two would be too
 * large to be compiled into the recorder, and each number be put on the heap.
 */
export class BesideBuckets implements Keeper {
  readonly cells: CellStore;
  readonly #whole: boolean;
  readonly #sumCell: number;
  readonly #search: BucketSearch;

  constructor(bounds: readonly number[], isWhole: boolean) {
    this.#whole = isWhole;
    this.cells = new CellStore(bounds.length + 2);
    this.#sumCell = bounds.length + 1;
    this.#search = new BucketSearch(bounds);
  }

  put(block: Float64Array, at: number, value: number): void {
    this.add(block, at, value);
  }

  // No calls but one: each counts towards what the engine compiles into one piece, beyond which numbers are boxed.
  add(block: Float64Array, at: number, given: number): void {
    if (given - given !== 0) return;
    const value = this.#whole ? Math.trunc(given) + 0 : given;
    block[at + this.#search.of(value)] += 1;
    block[at + this.#sumCell] += value;
  }

  clearRow(row: number): void {
    this.cells.clearRow(row);
  }
}
