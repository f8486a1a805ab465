import { BlockHeap } from './block-heap.ts';
import {
  cellsInBlock,
  countInBlock,
  countQuickly,
  EMPTY_BLOCK_WORDS,
  readBlock,
  readThreshold,
  sizeForBlock,
  sizeOfBlock,
  writeBlock,
} from './bucket-block.ts';
import type { BucketList } from './bucket-list.ts';
import { type Allocate, CellStore } from './cell-store.ts';
import { PLACE, SHAPE_UNIT, STRIDE, SUM, shapeOf, WIDENED } from './exponential-cells.ts';

const CHUNK_SHIFT = 16;
const OFFSET_MASK = 0xffff;

/** The buckets of many series: each row of {@link cells} has the place of its block in a heap, where blocks move. */
export class ExponentialBlocks {
  readonly cells: CellStore;
  readonly #heap: BlockHeap;
  // The heap's, one step nearer.
  readonly #chunks: readonly Int32Array[];

  constructor(allocate: Allocate = (length) => new Float64Array(length)) {
    this.cells = new CellStore(STRIDE, allocate);
    const onMove = (row: number, address: number): void => {
      const block = this.cells.blockOf(row);
      const at = this.cells.offsetOf(row) + PLACE;
      block[at] = shapeOf(block[at]) * SHAPE_UNIT + address;
    };
    this.#heap = new BlockHeap({ nobodys: EMPTY_BLOCK_WORDS, sizeOf: sizeOfBlock, onMove, allocate });
    this.#chunks = this.#heap.chunks;
  }

  /** Counts one more under a key, if that takes a byte only. */
  countQuickly(place: number, key: number): boolean {
    return countQuickly(this.#wordsAt(place), place & OFFSET_MASK, key);
  }

  /** Counts one more under a key, if there is room for it. */
  countUp(place: number, key: number): number {
    return countInBlock(this.#wordsAt(place), place & OFFSET_MASK, key);
  }

  /** Takes the counts at a place apart. */
  read(place: number, list: BucketList): void {
    readBlock(this.#wordsAt(place), place & OFFSET_MASK, list);
  }

  /** How many counts there may be at a place. */
  cellsAt(place: number): number {
    return cellsInBlock(this.#wordsAt(place), place & OFFSET_MASK);
  }

  /** The zero threshold of a row that was widened; `undefined` for others. */
  thresholdAt(place: number): number | undefined {
    const isWidened = (shapeOf(place) & WIDENED) !== 0;
    return isWidened ? readThreshold(this.#wordsAt(place), place & OFFSET_MASK) : undefined;
  }

  /** Gives a row other counts and another shape; the threshold is kept if it is widened. */
  write(row: number, shape: number, list: BucketList, threshold: number): void {
    const block = this.cells.blockOf(row);
    const at = this.cells.offsetOf(row) + PLACE;
    const own = (shape & WIDENED) === 0 ? undefined : threshold;
    const address = this.#fitting(block[at] >>> 0, row, sizeForBlock(list, own));
    block[at] = shape * SHAPE_UNIT + address;
    writeBlock(this.#wordsAt(address), address & OFFSET_MASK, list, own);
  }

  /** Makes a row what it was to begin with. */
  clearRow(row: number): void {
    const block = this.cells.blockOf(row);
    const at = this.cells.offsetOf(row);
    const address = block[at + PLACE] >>> 0;
    if (address !== 0) this.#heap.free(address);
    block[at + SUM] = 0;
    block[at + PLACE] = 0;
  }

  /** The address of a block of this size: the row's own, or a new one instead of it. */
  #fitting(address: number, row: number, size: number): number {
    if (address !== 0 && this.#heap.sizeOf(address) === size) return address;
    if (address !== 0) this.#heap.free(address);
    return this.#heap.alloc(row, size);
  }

  #wordsAt(place: number): Int32Array {
    return this.#chunks[(place >>> 0) >>> CHUNK_SHIFT];
  }
}
