import { type Objective, QuantileStream } from './quantile-stream.ts';

export interface WindowOptions {
  readonly objectives: readonly Objective[];
  readonly maxAgeMs: number;
  readonly ageBuckets: number;
  readonly bufferSize: number;
  readonly now: () => number;
}

/**
 * Quantiles of the last while: several streams, started one after the other, each of its own; the oldest
 * answers, and begins anew when it has become too old.
 */
export class QuantileWindow {
  readonly #options: WindowOptions;
  readonly #streams: QuantileStream[];
  readonly #buffer: Float64Array;
  #buffered = 0;
  #oldest = 0;
  #turnsAt: number;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#streams = Array.from({ length: options.ageBuckets }, () => new QuantileStream(options.objectives));
    this.#buffer = new Float64Array(options.bufferSize);
    this.#turnsAt = options.now() + options.maxAgeMs / options.ageBuckets;
  }

  observe(value: number): void {
    if (this.#options.now() >= this.#turnsAt) this.#turn();
    this.#buffer[this.#buffered++] = value;
    if (this.#buffered === this.#buffer.length) this.#flush();
  }

  /** One value for each objective; NaN if nothing was observed within the window. */
  values(): number[] {
    if (this.#options.now() >= this.#turnsAt) this.#turn();
    this.#flush();
    return this.#options.objectives.map(([quantile]) => this.#streams[this.#oldest].query(quantile));
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    const sorted = this.#buffer.subarray(0, this.#buffered).sort();
    for (const stream of this.#streams) stream.merge(sorted);
    this.#buffered = 0;
  }

  #turn(): void {
    this.#flush();
    const { maxAgeMs, ageBuckets, now } = this.#options;
    const step = maxAgeMs / ageBuckets;
    const steps = Math.min(ageBuckets, 1 + Math.floor((now() - this.#turnsAt) / step));
    for (let i = 0; i < steps; i++) {
      this.#streams[this.#oldest].clear();
      this.#oldest = (this.#oldest + 1) % ageBuckets;
    }
    this.#turnsAt += steps * step;
    // After a long pause everything begins anew, with a whole step before it.
    if (this.#turnsAt <= now()) this.#turnsAt = now() + step;
  }
}
