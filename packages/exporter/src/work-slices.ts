import { setImmediate as turn } from 'node:timers/promises';

/**
 * Cuts long work so that the event loop gets its turn every few milliseconds.
 *
 * @example
 * const slices = new WorkSlices();
 * for (let piece = 0; piece < 1000; piece++) await slices.pause(); // waits for a turn only when one is due
 */
export class WorkSlices {
  readonly #longestMs: number;
  #since: number = performance.now();

  constructor(longestMs = 2) {
    this.#longestMs = longestMs;
  }

  /** Whether the slice has taken its time; then {@link next} is to be awaited. */
  get over(): boolean {
    return performance.now() - this.#since > this.#longestMs;
  }

  async next(): Promise<void> {
    await turn();
    this.begin();
  }

  /** Work begins anew: nothing held the event loop before. */
  begin(): void {
    this.#since = performance.now();
  }

  /** Waits for a turn if one is due. */
  async pause(): Promise<void> {
    if (this.over) await this.next();
  }

  /** Runs steps to their end, in slices. */
  async run<T>(steps: Iterator<void, T>): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (this.over) await this.next();
    }
  }
}
