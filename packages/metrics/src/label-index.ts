import { isMended, type Labels, labelValue, OVERFLOW_LABEL_VALUE, valuesIn } from './label-value.ts';
import { findTuple, hashOf, type RowFinder, rowFinder } from './row-finder.ts';
import type { LabelColumns } from './snapshot.ts';
import { ValueDictionary } from './value-dictionary.ts';

/** Returned instead of a row when a value cannot be a label value. */
export const NO_ROW = -1;

const ENDED = Number.POSITIVE_INFINITY;
const FIRST_ROWS = 16;

/** Told about what had to be changed or folded; each is also a count of the owner. */
export type IndexEvent = 'label_value_mended' | 'series_overflow';

/**
 * Gives each distinct tuple of label values a row, found again in constant time.
 *
 * Each label has a dictionary from value to number; a row is the tuple of these numbers, kept in an open
 * addressed table. So tuples are compared as tuples: no separator can make two of them equal.
 */
export class LabelIndex {
  /** Sorted; the order of every tuple. */
  readonly names: readonly string[];
  /** Moves whenever a row ends, so that holders of rows know to look again. */
  generation = 0;

  readonly #limit: number;
  readonly #onEvent: (event: IndexEvent) => void;
  readonly #now: () => number;
  #dictionaries: ValueDictionary[];
  #rows = 0;
  #live = 0;
  #overflowRow = NO_ROW;
  #free: number[] = [];
  #ids: Int32Array<ArrayBuffer>;
  /** Rows below it are read by a snapshot in `#ids` and `#created`, so they must not change there. */
  #sharedRows = 0;
  #created = new Float64Array(FIRST_ROWS);
  /** The generation each row was made in, ENDED for a row that is free; not there before the first row ends. */
  #born: Float64Array<ArrayBuffer> | undefined;
  #slots = new Int32Array(32).fill(NO_ROW);
  readonly #tuple: Int32Array;
  readonly #find: RowFinder;

  constructor(
    names: readonly string[],
    limit: number,
    onEvent: (event: IndexEvent) => void = () => {},
    now: () => number = Date.now,
  ) {
    this.names = names.toSorted();
    this.#limit = limit;
    this.#onEvent = onEvent;
    this.#now = now;
    this.#dictionaries = this.names.map(() => new ValueDictionary());
    this.#ids = new Int32Array(FIRST_ROWS * names.length);
    this.#tuple = new Int32Array(names.length);
    this.#find = rowFinder(this.names);
  }

  /** Live rows, the overflow row included. */
  get size(): number {
    return this.#live;
  }

  /** The row of these labels, made if it is new; {@link NO_ROW} if a value cannot be a label value. */
  row(labels: Labels): number {
    const row = this.known(labels);
    return row >= 0 ? row : this.#rowOfValues(valuesIn(labels, this.names));
  }

  /**
   * The row of these labels if each of them is given as a string and the row is there, else {@link NO_ROW}.
   *
   * The fast half of {@link row}, for callers that have more to say about what is missing.
   */
  known(labels: Labels): number {
    return this.#find(labels, this.#dictionaries, this.#slots, this.#ids);
  }

  /** As {@link row}, for values in the order of {@link names}. */
  rowOfValues(values: readonly unknown[]): number {
    for (let i = 0; i < values.length; i++) this.#tuple[i] = this.#dictionaries[i].idOf(values[i]);
    const row = this.#probe();
    return row >= 0 ? row : this.#rowOfValues(values);
  }

  /** The row of these values if there is one; makes nothing. */
  find(values: readonly unknown[]): number {
    for (const [i, value] of values.entries()) {
      const kept = labelValue(value);
      this.#tuple[i] = kept === undefined ? -1 : this.#dictionaries[i].idOf(kept);
    }
    return this.#probe();
  }

  /** Live rows by number, or `undefined` if that is every row from 0 on. */
  liveRows(): number[] | undefined {
    if (this.#live === this.#rows) return undefined;
    const live: number[] = [];
    for (let row = 0; row < this.#rows; row++) if (this.#born?.[row] !== ENDED) live.push(row);
    return live;
  }

  /** Live rows in any case. */
  rows(): number[] {
    return this.liveRows() ?? Array.from({ length: this.#rows }, (_, row) => row);
  }

  valuesOf(row: number): string[] {
    const start = row * this.names.length;
    return this.#dictionaries.map((dictionary, i) => dictionary.values[this.#ids[start + i]]);
  }

  /** Whether a row is still the one it was at this generation, neither ended nor given to other labels. */
  isSince(row: number, generation: number): boolean {
    return row < this.#rows && (this.#born?.[row] ?? 0) <= generation;
  }

  /** Ends a row; its place is given to a later one. */
  remove(row: number): void {
    this.#unlink(row);
    const start = row * this.names.length;
    for (const [i, dictionary] of this.#dictionaries.entries()) dictionary.release(this.#ids[start + i]);
    if (row === this.#overflowRow) this.#overflowRow = NO_ROW;
    this.#bornRows()[row] = ENDED;
    this.#free.push(row);
    this.#live--;
    this.generation++;
  }

  /** Ends all rows. */
  clear(): void {
    this.#dictionaries = this.names.map(() => new ValueDictionary());
    this.#rows = 0;
    this.#live = 0;
    this.#overflowRow = NO_ROW;
    this.#free = [];
    this.#ids = new Int32Array(FIRST_ROWS * this.names.length);
    this.#sharedRows = 0;
    this.#created = new Float64Array(FIRST_ROWS);
    this.#born = undefined;
    this.#slots = new Int32Array(32).fill(NO_ROW);
    this.generation++;
  }

  /** The label columns as they are now; later rows do not show in them. */
  columns(live: readonly number[] | undefined): LabelColumns {
    const arity = this.names.length;
    const dictionaries = this.#dictionaries.map((dictionary) => dictionary.share());
    if (live === undefined) {
      this.#sharedRows = this.#rows;
      return { names: this.names, ids: this.#ids.subarray(0, this.#rows * arity), dictionaries };
    }
    const ids = new Int32Array(live.length * arity);
    for (const [place, row] of live.entries()) {
      for (let i = 0; i < arity; i++) ids[place * arity + i] = this.#ids[row * arity + i];
    }
    return { names: this.names, ids, dictionaries };
  }

  /** When each row was made, in milliseconds since the epoch; later rows do not show in it. */
  created(live: readonly number[] | undefined): Float64Array {
    if (live !== undefined) return Float64Array.from(live, (row) => this.#created[row]);
    this.#sharedRows = this.#rows;
    return this.#created.subarray(0, this.#rows);
  }

  /** When one row was made, in milliseconds since the epoch. */
  createdAt(row: number): number {
    return this.#created[row];
  }

  #rowOfValues(values: readonly unknown[]): number {
    const kept = new Array<string>(values.length);
    let mended = false;
    for (const [i, value] of values.entries()) {
      const text = labelValue(value);
      if (text === undefined) return NO_ROW;
      kept[i] = text;
      mended ||= isMended(value, text);
      this.#tuple[i] = this.#dictionaries[i].idOf(text);
    }
    const row = this.#probe();
    const full = row < 0 && this.#live - (this.#overflowRow < 0 ? 0 : 1) >= this.#limit;
    const found = full ? this.#overflow() : row < 0 ? this.#insert(kept) : row;
    // Last, as a listener may record here too.
    if (mended) this.#onEvent('label_value_mended');
    if (full) this.#onEvent('series_overflow');
    return found;
  }

  // A caller's own values may have been the overflow row's: then it is that row.
  #overflow(): number {
    if (this.#overflowRow >= 0) return this.#overflowRow;
    const values = this.names.map(() => OVERFLOW_LABEL_VALUE);
    const known = this.find(values);
    this.#overflowRow = known >= 0 ? known : this.#insert(values);
    return this.#overflowRow;
  }

  #insert(values: readonly string[]): number {
    const row = this.#free.pop() ?? this.#rows++;
    const arity = values.length;
    this.#reserve(row);
    for (let i = 0; i < arity; i++) this.#ids[row * arity + i] = this.#dictionaries[i].take(values[i]);
    this.#created[row] = this.#now();
    // No holder is older than the first generation: its rows need no mark.
    if (this.generation > 0) this.#bornRows()[row] = this.generation;
    this.#live++;
    if (this.#live * 2 > this.#slots.length) this.#rehash();
    else this.#link(row);
    return row;
  }

  #bornRows(): Float64Array {
    this.#born ??= new Float64Array(this.#created.length);
    return this.#born;
  }

  #reserve(row: number): void {
    const arity = this.names.length;
    if (row >= this.#created.length) {
      this.#created = grown(this.#created, new Float64Array(this.#created.length * 2));
      this.#born = this.#born && grown(this.#born, new Float64Array(this.#created.length));
      this.#ids = grown(this.#ids, new Int32Array(this.#created.length * arity));
      this.#sharedRows = 0;
    } else if (row < this.#sharedRows) {
      // A snapshot still reads the place this row takes over.
      this.#ids = this.#ids.slice();
      this.#created = this.#created.slice();
      this.#sharedRows = 0;
    }
  }

  /** The row of `#tuple`, or {@link NO_ROW}. */
  #probe(): number {
    return findTuple(this.#tuple, this.#slots, this.#ids);
  }

  #hashOf(row: number): number {
    return hashOf(this.#ids, row * this.names.length, this.names.length);
  }

  #link(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashOf(row) & mask;
    while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row;
  }

  // Closes the gap by moving up what would no longer be found, so no tombstones pile up.
  #unlink(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = this.#hashOf(row) & mask;
    while (slots[gap] !== row) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; slots[slot] >= 0; slot = (slot + 1) & mask) {
      const home = this.#hashOf(slots[slot]) & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots[gap] = slots[slot];
      gap = slot;
    }
    slots[gap] = NO_ROW;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(NO_ROW);
    for (let row = 0; row < this.#rows; row++) if (this.#born?.[row] !== ENDED) this.#link(row);
  }
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
