import { setImmediate as turn } from 'node:timers/promises';

/** Cuts long work so that the event loop gets its turn every few milliseconds. */
export class WorkSlices {
  readonly #longestMs: number;
  #since: number = performance.now();

  constructor(longestMs = 4) {
    this.#longestMs = longestMs;
  }

  /** Whether the slice has taken its time; then {@link next} is to be awaited. */
  get over(): boolean {
    return performance.now() - this.#since > this.#longestMs;
  }

  async next(): Promise<void> {
    await turn();
    this.#since = performance.now();
  }
}
