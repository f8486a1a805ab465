import type { Clock, ClockTimer } from '@oriel/exporter';
import { settled } from './settled.ts';

interface Entry extends ClockTimer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Timers that wait. */
  readonly pending: number;
  /** When the next timer is due, in milliseconds from now; `Infinity` if none waits. */
  readonly next: number;
  /**
   * Moves on, calling what becomes due in order.
   *
   * After each call promises settle and sockets and files of this process get their turn, so that what a timer
   * began is done, as far as it can be, before the next one.
   */
  advance(milliseconds: number): Promise<void>;
}

/**
 * Makes a clock that a test moves by hand.
 *
 * Shape: `start` is in milliseconds since the epoch. Default: 2023-11-14T22:13:20Z.
 *
 * @example
 * const clock = manualClock();
 * let rings = 0;
 * clock.setTimeout(() => rings++, 1000);
 * await clock.advance(999);
 * assert.equal(rings, 0);
 * await clock.advance(1);
 * assert.equal(rings, 1);
 */
export function manualClock(start = 1_700_000_000_000): ManualClock {
  return new HandMovedClock(start);
}

class HandMovedClock implements ManualClock {
  #now: number;
  readonly #entries = new Set<Entry>();

  constructor(start: number) {
    this.#now = start;
  }

  get pending(): number {
    return this.#entries.size;
  }

  get next(): number {
    return (this.#first()?.due ?? Number.POSITIVE_INFINITY) - this.#now;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): ClockTimer {
    const entry: Entry = { due: this.#now + Math.max(0, milliseconds), callback };
    this.#entries.add(entry);
    return entry;
  }

  clearTimeout(timer: ClockTimer): void {
    this.#entries.delete(timer as Entry);
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (let entry = this.#first(); entry !== undefined && entry.due <= end; entry = this.#first()) {
      this.#entries.delete(entry);
      this.#now = entry.due;
      entry.callback();
      await settled();
    }
    this.#now = end;
  }

  // Of equal times the one that was set first: the set keeps that order.
  #first(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) if (first === undefined || entry.due < first.due) first = entry;
    return first;
  }
}
