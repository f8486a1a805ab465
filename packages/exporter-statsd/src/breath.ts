import { setImmediate as turn } from 'node:timers/promises';

// A slice of work; the event loop is held no longer.
const LONGEST_MS = 3;

/** Lets the event loop have its turn once a slice of work has taken its time. */
export class Breath {
  #since: number = performance.now();

  /** Work begins anew: nothing held the event loop before. */
  begin(): void {
    this.#since = performance.now();
  }

  /** Waits for a turn if one is due. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < LONGEST_MS) return;
    await turn();
    this.begin();
  }
}
