import type { CellStore } from '@oriel/metrics';
import type { TagMap } from './tag-map.ts';

/** Tags of one call: a plain object of names and values, or a tag map. */
export type Tags = Readonly<Record<string, unknown>> | TagMap;

/** Where one view keeps the numbers of one set of tags. */
export interface Target {
  readonly cells: Adder;
  readonly block: Float64Array;
  readonly at: number;
}

/** What may be said of one recording. */
export interface RecordOptions {
  /**
   * Kept as exemplar: names and texts, 128 characters in all. With exemplars switched on, the ids of an active sampled
   * span join them as `trace_id` and `span_id` where there is room.
   */
  readonly attachments?: Readonly<Record<string, string>>;
}

/** Where one row of some views gets its exemplars. */
export interface ExemplarSlot {
  /** Keeps the active span, if it is the row's turn; answers whether it still is, and if not, calls back when it may be. */
  sample(value: number, onTurn: () => void): boolean;
  /** Keeps what is attached to a value. */
  attach(value: number, options: RecordOptions): void;
}

/** Where a set of tags goes. */
export interface Resolved {
  readonly targets: readonly Target[];
  readonly slots: readonly ExemplarSlot[];
}

/** Adds a value to the cells of one row. */
export interface Adder {
  add(block: Float64Array, at: number, value: number): void;
}

/** Keeps cells for the rows of a group of views. */
export interface Keeper extends Adder {
  readonly cells: CellStore;
  /** Adds a value that is known to be taken. */
  put(block: Float64Array, at: number, value: number): void;
  /** Ends a row: its place is free for another. */
  clearRow(row: number): void;
}

/** All that looks at one measure at a time; replaced by another when views come or go. */
export interface Watcher {
  /** Gives a value to every view. Never throws. */
  record(value: number, tags: Tags | undefined, options: RecordOptions | undefined): void;
  /** Whether all groups of views have one that takes this value. */
  takes(value: number): boolean;
  /** Where this value and others with these tags go, the context left aside. Never throws. */
  resolve(tags: Tags, value: number): Resolved;
}

/** What may be watched. */
export interface Watched {
  readonly watch: Watcher | undefined;
  /** Stands for the views as they are; a holder looks at one flag to know that they are others now. */
  readonly views: ViewsMark;
}

/** Set once, when views came or went. */
export interface ViewsMark {
  changed: boolean;
}
