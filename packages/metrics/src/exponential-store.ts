import { BlockHeap } from './block-heap.ts';
import {
  BORN,
  blockSize,
  COUNTED,
  cellsOf,
  countUp,
  DIRECTORY,
  EMPTY_BLOCK_WORDS,
  HALF,
  HALF_MASK,
  KEY_SHIFT,
  NO_ROOM,
  readBlock,
  readThreshold,
  writeBlock,
} from './bucket-block.ts';
import { keyOf, kindOf, NEGATIVE, NOT_A_NUMBER, POSITIVE, ZERO } from './bucket-key.ts';
import { BucketLimit } from './bucket-limit.ts';
import { BucketList } from './bucket-list.ts';
import { type Allocate, CellStore } from './cell-store.ts';
import type { Exponential } from './exponential.ts';
import {
  CHUNK_SHIFT,
  CROWDED,
  FLAGS,
  HALVINGS,
  OFFSET_MASK,
  PLACE,
  SCHEDULED,
  SHAPE_UNIT,
  STRIDE,
  SUM,
  shapeOf,
  WIDENED,
} from './exponential-cells.ts';
import { ExponentialIndex } from './exponential-index.ts';
import { ExponentialBuilder } from './exponential-row.ts';
import { BYTE_ORDER, float } from './float-bits.ts';
import { ResetClock, type ResetTimes } from './reset-clock.ts';
import { RowExemplars } from './row-exemplars.ts';
import type { ExponentialColumns } from './snapshot.ts';

const POSITIVE_KEYS = keyOf(POSITIVE, 0);
const NEGATIVE_KEYS = keyOf(NEGATIVE, 0);
const ZERO_KEY = keyOf(ZERO, 0);
const NOT_A_NUMBER_KEY = keyOf(NOT_A_NUMBER, 0);

export interface ExponentialStoreOptions extends ResetTimes {
  readonly definition: Exponential;
  /** Told when a row begins anew, so that what is counted beside it can do so too. */
  readonly onReset?: (row: number) => void;
  readonly allocate?: Allocate;
}

/** What {@link ExponentialStore.copy} gives. */
export interface ExponentialCopy {
  /** Count and sum of each row. */
  readonly values: Float64Array<ArrayBuffer>;
  readonly exponential: ExponentialColumns;
}

// Shapes change seldom, and never two at once.
const list: BucketList = new BucketList();

/**
 * Exponential histograms of many series.
 *
 * A row of {@link cells} is a place to record to, as in other stores. Takes any number: NaN only counts, and spoils
 * the sum; the infinities have buckets of their own.
 * Cost: no allocation while values fall into buckets that exist; 32 bytes a series and one or two a bucket, more
 * with larger counts.
 */
export class ExponentialStore {
  readonly definition: Exponential;
  readonly exemplars: RowExemplars;
  cells: CellStore;
  readonly #options: ExponentialStoreOptions;
  readonly #clock: ResetClock;
  readonly #limit: BucketLimit;
  readonly #threshold: number;
  readonly #index: ExponentialIndex;
  /** From the schema of {@link #index}, which is 0 or more, to the definition's. */
  readonly #shift: number;
  #heap: BlockHeap;
  // The heap's, one step nearer.
  #words: readonly Int32Array[];
  #bytes: readonly Uint8Array[];
  /** The number that is being recorded. */
  readonly #value = new Float64Array(1);

  constructor(options: ExponentialStoreOptions) {
    const { definition } = options;
    this.definition = definition;
    this.exemplars = new RowExemplars(definition);
    this.#options = options;
    this.#clock = new ResetClock(options, definition.minResetInterval);
    this.#limit = new BucketLimit(definition);
    this.#threshold = definition.zeroThreshold;
    this.#index = new ExponentialIndex(Math.max(definition.schema, 0));
    this.#shift = Math.max(-definition.schema, 0);
    this.cells = new CellStore(STRIDE, options.allocate);
    this.#heap = this.#newHeap();
    this.#words = this.#heap.words;
    this.#bytes = this.#heap.bytes;
  }

  /** Counts a number into the row at `offsetOf` in `blockOf` of {@link cells}. Never throws. */
  record(block: Float64Array, at: number, value: number): void {
    // Handed on like this, as a number that is an argument may be put on the heap.
    float[0] = value;
    this.#recordFloat(block, at);
  }

  // Long, so that the engine leaves it a function of its own: taken into `record`, it would make that and every
  // `observe` around it too large to be taken into the code that calls them, and their argument be put on the heap.
  #recordFloat(block: Float64Array, at: number): void {
    const value = float[0];
    const place = block[at + PLACE];
    const shape = place < SHAPE_UNIT ? 0 : shapeOf(place);
    if ((shape & FLAGS) === 0 && Math.abs(value) > this.#threshold) {
      const shift = this.#shift + shape;
      const index = (this.#index.ofFloat() + (1 << shift) - 1) >> shift;
      const key = index + (value > 0 ? POSITIVE_KEYS : NEGATIVE_KEYS);
      const address = place >>> 0;
      const words = this.#words[address >>> CHUNK_SHIFT];
      const base = address & OFFSET_MASK;
      const cell = key - (words[base + DIRECTORY] >>> KEY_SHIFT);
      const strip = words[base + DIRECTORY + 1];
      if (cell >>> 0 < (strip & HALF_MASK)) {
        const word = base + (strip >>> HALF) + (cell >>> 2);
        const lane = ((cell & 3) << 3) ^ BYTE_ORDER;
        const count = words[word];
        const low = (count >>> lane) & 255;
        // A bucket that is born or carries over takes longer.
        if (low !== 0 && low !== 255) {
          words[word] = count + (1 << lane);
          block[at + SUM] += value;
          return;
        }
      }
    }
    this.#value[0] = value;
    const row = this.cells.rowOf(block, at);
    // Cells of its own: what records here has ended.
    if (row < 0) return;
    const scheduled = (shapeOf(block[at + PLACE]) & SCHEDULED) !== 0;
    if (scheduled && this.#clock.isOld(row)) this.#reset(block, at, row);
    const done = this.#count(block, at, row);
    const crowded = (shapeOf(block[at + PLACE]) & CROWDED) !== 0;
    if (done !== COUNTED || crowded) this.#relieve(block, at, row);
  }

  /** Ends a row: it is empty, and free for another series. */
  clearRow(row: number): void {
    this.#empty(this.cells.blockOf(row), this.cells.offsetOf(row));
    this.#clock.forget(row);
    this.exemplars.clearRow(row);
  }

  /** Ends all rows. Places in {@link cells} that somebody holds must not be used again. */
  clear(): void {
    this.cells = new CellStore(STRIDE, this.#options.allocate);
    this.#heap = this.#newHeap();
    this.#words = this.#heap.words;
    this.#bytes = this.#heap.bytes;
    this.#clock.clear();
    this.exemplars.clear();
  }

  /** Copies rows 0 to `rows`, or only those listed. */
  copy(rows: number, listed?: readonly number[]): ExponentialCopy {
    const values = this.cells.copy(rows, listed);
    let cells = 0;
    for (let row = 0; row < rows; row++) {
      const address = values[STRIDE * row + PLACE] >>> 0;
      cells += cellsOf(this.#words[address >>> CHUNK_SHIFT], address & OFFSET_MASK);
    }
    const builder = new ExponentialBuilder(rows, cells);
    for (let row = 0; row < rows; row++) {
      const sum = values[STRIDE * row + SUM];
      values[STRIDE * row] = this.#copyRow(values, STRIDE * row, builder);
      values[STRIDE * row + 1] = sum;
    }
    return { values, exponential: builder.finish(this.exemplars.copy(listed)) };
  }

  /** When the rows of a copy began to count, from when they were made. */
  began(made: Float64Array, listed?: readonly number[]): Float64Array {
    return this.#clock.began(made, listed);
  }

  /** Writes the buckets of a row; answers its count. */
  #copyRow(block: Float64Array, at: number, builder: ExponentialBuilder): number {
    const place = block[at + PLACE];
    this.#read(place);
    const schema = this.definition.schema - (shapeOf(place) & HALVINGS);
    return builder.addList(list, schema, this.#thresholdOf(block, at));
  }

  /** Counts the value, whatever it takes. */
  #count(block: Float64Array, at: number, row: number): number {
    const place = block[at + PLACE];
    const chunk = (place >>> 0) >>> CHUNK_SHIFT;
    const key = this.#keyOf(block, at);
    block[at + SUM] += this.#value[0];
    const done = countUp(this.#words[chunk], this.#bytes[chunk], place & OFFSET_MASK, key);
    if (done === NO_ROOM) {
      this.#read(place);
      list.add(key, 1);
      this.#write(block, at, row, shapeOf(place), this.#thresholdOf(block, at));
    }
    return done === NO_ROOM || (done === BORN && kindOf(key) < ZERO) ? BORN : COUNTED;
  }

  #keyOf(block: Float64Array, at: number): number {
    const value = this.#value[0];
    if (Number.isNaN(value)) return NOT_A_NUMBER_KEY;
    if (Math.abs(value) <= this.#thresholdOf(block, at)) return ZERO_KEY;
    const shift = this.#shift + (shapeOf(block[at + PLACE]) & HALVINGS);
    float[0] = value;
    const index = (this.#index.ofFloat() + (1 << shift) - 1) >> shift;
    return index + (value > 0 ? POSITIVE_KEYS : NEGATIVE_KEYS);
  }

  /** Takes the first step that is possible if a row has too many buckets. */
  #relieve(block: Float64Array, at: number, row: number): void {
    const place = block[at + PLACE];
    let shape = shapeOf(place) & ~CROWDED;
    this.#read(place);
    if (!this.#limit.exceeded(list)) return;
    if (this.#clock.runs && (shape & SCHEDULED) === 0) {
      if (this.#clock.isOld(row)) {
        this.#reset(block, at, row);
        this.#count(block, at, row);
        return;
      }
      shape |= SCHEDULED;
    }
    const wider = this.#limit.widen(list, shape & HALVINGS);
    if (wider !== undefined) {
      shape |= WIDENED;
    } else if (this.#limit.mayHalve(shape & HALVINGS)) {
      list.halve();
      shape++;
    }
    // One step may not be enough; then the next recording takes another.
    if (this.#limit.exceeded(list) && this.#limit.mayHalve(shape & HALVINGS)) shape |= CROWDED;
    this.#write(block, at, row, shape, wider ?? this.#thresholdOf(block, at));
  }

  #reset(block: Float64Array, at: number, row: number): void {
    this.#empty(block, at);
    this.#clock.restart(row);
    this.#options.onReset?.(row);
  }

  #empty(block: Float64Array, at: number): void {
    const address = block[at + PLACE] >>> 0;
    if (address !== 0) this.#heap.free(address);
    block[at + SUM] = 0;
    block[at + PLACE] = 0;
  }

  /** Takes the block at a place apart. */
  #read(place: number): void {
    const chunk = (place >>> 0) >>> CHUNK_SHIFT;
    readBlock(this.#words[chunk], this.#bytes[chunk], place & OFFSET_MASK, list);
  }

  /** Puts the list into the row's block, or into another that fits. */
  #write(block: Float64Array, at: number, row: number, shape: number, threshold: number): void {
    const own = (shape & WIDENED) === 0 ? undefined : threshold;
    const size = blockSize(list, own);
    let address = block[at + PLACE] >>> 0;
    if (address === 0 || this.#heap.sizeOf(address) !== size) {
      if (address !== 0) this.#heap.free(address);
      address = this.#heap.alloc(row, size);
    }
    block[at + PLACE] = shape * SHAPE_UNIT + address;
    const chunk = address >>> CHUNK_SHIFT;
    writeBlock(this.#words[chunk], this.#bytes[chunk], address & OFFSET_MASK, list, own);
  }

  #thresholdOf(block: Float64Array, at: number): number {
    if ((shapeOf(block[at + PLACE]) & WIDENED) === 0) return this.#threshold;
    const address = block[at + PLACE] >>> 0;
    return readThreshold(this.#words[address >>> CHUNK_SHIFT], address & OFFSET_MASK);
  }

  #newHeap(): BlockHeap {
    const { allocate = (length) => new Float64Array(length) } = this.#options;
    const moved = (row: number, address: number): void => {
      const block = this.cells.blockOf(row);
      const at = this.cells.offsetOf(row) + PLACE;
      block[at] = shapeOf(block[at]) * SHAPE_UNIT + address;
    };
    return new BlockHeap(EMPTY_BLOCK_WORDS, moved, allocate);
  }
}
