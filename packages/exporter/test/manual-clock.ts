import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, ClockTimer } from '../src/clock.ts';

interface Entry extends ClockTimer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  readonly #entries = new Set<Entry>();

  /** Timers that wait. */
  get pending(): number {
    return this.#entries.size;
  }

  /** When the next timer is due, in milliseconds from now. */
  get next(): number {
    return Math.min(...[...this.#entries].map((entry) => entry.due)) - this.#now;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): ClockTimer {
    const entry: Entry = { due: this.#now + milliseconds, callback };
    this.#entries.add(entry);
    return entry;
  }

  clearTimeout(timer: ClockTimer): void {
    this.#entries.delete(timer as Entry);
  }

  /** Moves on, calling what becomes due in order, and lets promises settle after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await turn();
    for (;;) {
      const [first] = [...this.#entries].filter((entry) => entry.due <= end).sort((a, b) => a.due - b.due);
      if (first === undefined) break;
      this.#entries.delete(first);
      this.#now = first.due;
      first.callback();
      await turn();
    }
    this.#now = end;
  }
}
