import { keyOf, NEGATIVE, NOT_A_NUMBER, POSITIVE, ZERO } from './bucket-key.ts';
import { BucketLimit } from './bucket-limit.ts';
import { BucketList } from './bucket-list.ts';
import { COUNTED, NO_ROOM } from './bucket-strip.ts';
import type { Allocate, CellStore } from './cell-store.ts';
import type { Exponential } from './exponential.ts';
import { ExponentialBlocks } from './exponential-blocks.ts';
import {
  CROWDED,
  HALVINGS,
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
import { float, HIGH, halves } from './float-bits.ts';
import { ResetClock, type ResetTimes } from './reset-clock.ts';
import { RowExemplars } from './row-exemplars.ts';
import type { ExponentialColumns } from './snapshot.ts';

const ZERO_KEY = keyOf(ZERO, 0);
const NOT_A_NUMBER_KEY = keyOf(NOT_A_NUMBER, 0);

// What each recording reads is this module's own: what another one exports the engine looks up again each time.
const POSITIVE_KEYS = keyOf(POSITIVE, 0);
const NEGATIVE_KEYS = keyOf(NEGATIVE, 0);
const number = float;
const upperHalf = HIGH;
const numberHalves = halves;
const sumCell = SUM;
const placeCell = PLACE;
const shapeUnit = SHAPE_UNIT;
const slowShapes = WIDENED | SCHEDULED | CROWDED;
const MAGNITUDE = 0x7fffffff;
const LOWEST_NORMAL = 0x100000;
const INFINITE = 0x7ff00000;

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
 * Cost: no allocation while values fall into buckets that exist; 28 bytes a series and one or two a bucket, more
 * with larger counts.
 */
export class ExponentialStore {
  readonly definition: Exponential;
  readonly exemplars: RowExemplars;
  cells: CellStore;
  readonly #options: ExponentialStoreOptions;
  readonly #clock: ResetClock;
  readonly #limit: BucketLimit;
  /** Upper halves from this one on are of numbers above the zero threshold, and not subnormal. */
  readonly #lowest: number;
  readonly #index: ExponentialIndex;
  /** From the schema of {@link #index}, which is 0 or more, to the definition's. */
  readonly #shift: number;
  #blocks: ExponentialBlocks;
  /** The number that is being recorded. */
  readonly #value = new Float64Array(1);

  constructor(options: ExponentialStoreOptions) {
    const { definition } = options;
    this.definition = definition;
    this.exemplars = new RowExemplars(definition);
    this.#options = options;
    this.#clock = new ResetClock(options, definition.minResetInterval);
    this.#limit = new BucketLimit(definition);
    this.#lowest = lowestCounted(definition.zeroThreshold);
    this.#index = new ExponentialIndex(Math.max(definition.schema, 0));
    this.#shift = Math.max(-definition.schema, 0);
    this.#blocks = new ExponentialBlocks(options.allocate);
    this.cells = this.#blocks.cells;
  }

  /** Counts a number into the row at `offsetOf` in `blockOf` of {@link cells}. Never throws. */
  record(block: Float64Array, at: number, value: number): void {
    // Handed on like this, as a number that is an argument may be put on the heap.
    number[0] = value;
    this.#recordNumber(block, at);
  }

  // Long, so that the engine leaves it a function of its own: taken into `record`, it would make that and every
  // `observe` around it too large to be taken into the code that calls them, and their argument be put on the heap.
  #recordNumber(block: Float64Array, at: number): void {
    const place = block[at + placeCell];
    const shape = place < shapeUnit ? 0 : shapeOf(place);
    const upper = numberHalves[upperHalf];
    const magnitude = upper & MAGNITUDE;
    if ((shape & slowShapes) === 0 && magnitude >= this.#lowest && magnitude < INFINITE) {
      let index = this.#index.ofNormal(magnitude);
      const shift = this.#shift + shape;
      if (shift > 0) index = (index + (1 << shift) - 1) >> shift;
      const key = (upper === magnitude ? POSITIVE_KEYS : NEGATIVE_KEYS) + index;
      // A bucket that is born or carries over takes longer.
      if (this.#blocks.countQuickly(place, key)) {
        block[at + sumCell] += number[0];
        return;
      }
    }
    this.#value[0] = number[0];
    const row = this.cells.rowOf(block, at);
    // Cells of its own: what records here has ended.
    if (row < 0) return;
    if ((shapeOf(place) & SCHEDULED) !== 0 && this.#clock.isOld(row)) this.#reset(row);
    const key = this.#keyOf(block[at + placeCell]);
    const done = this.#blocks.countUp(block[at + placeCell], key);
    if (done === NO_ROOM) this.#makeRoom(row, block[at + placeCell], key);
    block[at + sumCell] += this.#value[0];
    const crowded = (shapeOf(block[at + placeCell]) & CROWDED) !== 0;
    if (done !== COUNTED || crowded) this.#relieve(block, at, row);
  }

  /** Ends a row: it is empty, and free for another series. */
  clearRow(row: number): void {
    this.#blocks.clearRow(row);
    this.#clock.forget(row);
    this.exemplars.clearRow(row);
  }

  /** Ends all rows. Places in {@link cells} that somebody holds must not be used again. */
  clear(): void {
    this.#blocks = new ExponentialBlocks(this.#options.allocate);
    this.cells = this.#blocks.cells;
    this.#clock.clear();
    this.exemplars.clear();
  }

  /** Copies rows 0 to `rows`, or only those listed. */
  copy(rows: number, listed?: readonly number[]): ExponentialCopy {
    const values = this.cells.copy(rows, listed);
    let cells = 0;
    for (let row = 0; row < rows; row++) cells += this.#blocks.cellsAt(values[STRIDE * row + PLACE]);
    const builder = new ExponentialBuilder(rows, cells);
    for (let row = 0; row < rows; row++) {
      const sum = values[STRIDE * row + SUM];
      values[STRIDE * row] = this.#copyRow(values[STRIDE * row + PLACE], builder);
      values[STRIDE * row + 1] = sum;
    }
    return { values, exponential: builder.finish(this.exemplars.copy(listed)) };
  }

  /** When the rows of a copy began to count, from when they were made. */
  began(made: Float64Array, listed?: readonly number[]): Float64Array {
    return this.#clock.began(made, listed);
  }

  /** Writes the buckets of a row; answers its count. */
  #copyRow(place: number, builder: ExponentialBuilder): number {
    this.#blocks.read(place, list);
    const schema = this.definition.schema - (shapeOf(place) & HALVINGS);
    return builder.addList(list, schema, this.#thresholdAt(place));
  }

  /** Counts one more under a key for which the row's block has no room. */
  #makeRoom(row: number, place: number, key: number): void {
    this.#blocks.read(place, list);
    list.add(key, 1);
    this.#blocks.write(row, shapeOf(place), list, this.#thresholdAt(place));
  }

  #keyOf(place: number): number {
    const value = this.#value[0];
    if (Number.isNaN(value)) return NOT_A_NUMBER_KEY;
    if (Math.abs(value) <= this.#thresholdAt(place)) return ZERO_KEY;
    const shift = this.#shift + (shapeOf(place) & HALVINGS);
    number[0] = value;
    const index = (this.#index.ofNumber() + (1 << shift) - 1) >> shift;
    return index + (value > 0 ? POSITIVE_KEYS : NEGATIVE_KEYS);
  }

  /** Takes the first step that is possible if a row has too many buckets. */
  #relieve(block: Float64Array, at: number, row: number): void {
    const place = block[at + PLACE];
    let shape = shapeOf(place) & ~CROWDED;
    this.#blocks.read(place, list);
    if (!this.#limit.exceeded(list)) return;
    if (this.#clock.runs && (shape & SCHEDULED) === 0) {
      if (this.#clock.isOld(row)) {
        this.#reset(row);
        this.#makeRoom(row, block[at + PLACE], this.#keyOf(block[at + PLACE]));
        block[at + SUM] = this.#value[0];
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
    this.#blocks.write(row, shape, list, wider ?? this.#thresholdAt(place));
  }

  #reset(row: number): void {
    this.#blocks.clearRow(row);
    this.#clock.restart(row);
    this.#options.onReset?.(row);
  }

  #thresholdAt(place: number): number {
    return this.#blocks.thresholdAt(place) ?? this.definition.zeroThreshold;
  }
}

function lowestCounted(threshold: number): number {
  float[0] = threshold;
  return Math.max(halves[HIGH] + 1, LOWEST_NORMAL);
}
