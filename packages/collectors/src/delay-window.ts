import { monitorEventLoopDelay } from 'node:perf_hooks';

type Monitor = ReturnType<typeof monitorEventLoopDelay>;

/** Delays of the event loop in seconds, above the spacing at which it was looked at. */
export interface DelayFigures {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/**
 * Event loop delays of the last half to whole window.
 *
 * Two monitors run; each rotation empties the elder, and the other takes its place. Reading changes nothing, so any
 * number of scrapers see the same figures, and what was measured stays in them for half a window at least.
 * The monitors are made once: node has been seen to keep dropped ones in memory.
 */
export class DelayWindow {
  readonly #resolutionNs: number;
  #elder: Monitor;
  #younger: Monitor;

  constructor(resolutionMs: number) {
    this.#resolutionNs = resolutionMs * 1e6;
    this.#elder = monitorEventLoopDelay({ resolution: resolutionMs });
    this.#younger = monitorEventLoopDelay({ resolution: resolutionMs });
  }

  enable(): void {
    for (const monitor of [this.#elder, this.#younger]) {
      monitor.reset();
      monitor.enable();
    }
  }

  disable(): void {
    this.#elder.disable();
    this.#younger.disable();
  }

  rotate(): void {
    const emptied = this.#elder;
    emptied.reset();
    this.#elder = this.#younger;
    this.#younger = emptied;
  }

  /** Undefined until the first delay is measured: the figures of an empty monitor mean nothing. */
  figures(): DelayFigures | undefined {
    const monitor = this.#elder;
    if (monitor.count === 0) return undefined;
    return {
      min: this.#seconds(monitor.min),
      max: this.#seconds(monitor.max),
      mean: this.#seconds(monitor.mean),
      stddev: monitor.stddev / 1e9,
      p50: this.#seconds(monitor.percentile(50)),
      p90: this.#seconds(monitor.percentile(90)),
      p99: this.#seconds(monitor.percentile(99)),
    };
  }

  // The monitor measures how far its ticks are apart: on an idle loop that is its resolution.
  #seconds(spacing: number): number {
    return Math.max(0, spacing - this.#resolutionNs) / 1e9;
  }
}
