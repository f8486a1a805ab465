import { type Collector, type Desc, type FamilySink, MetricsError, quote } from '@oriel/metrics';
import { ActivityCollector } from './activity-collector.ts';
import { EventLoopCollector } from './event-loop-collector.ts';
import { GcCollector } from './gc-collector.ts';
import { HeapCollector } from './heap-collector.ts';
import type { StartableCollector } from './startable-collector.ts';

export interface RuntimeCollectorOptions {
  /** How far apart the event loop is looked at, in whole milliseconds. Default: 10. */
  readonly delayResolutionMs?: number;
  /**
   * What the figures of event loop delay and utilisation look back on, in whole milliseconds: they cover half
   * of it to all of it. At least twice the longest scrape interval lets no scraper miss a peak. Default: 60 000.
   */
  readonly windowMs?: number;
  /** Upper bounds in seconds of the durations of garbage collections. Default: 0.001, 0.01, 0.1, 1, 2, 5. */
  readonly gcDurationBuckets?: readonly number[];
}

/**
 * The `nodejs_*` metrics: event loop, heap, garbage collections, active resources, version.
 *
 * Shape: figures of event loop delay, of utilisation and of garbage collections exist between `start` and
 * `stop`; all others whenever they are collected. Scraping reads and never resets.
 * Errors: {@link MetricsError} `OPTION_INVALID`, `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`.
 * Cost: about 20 us a scrape. Started: two timers of the resolution inside libuv and two of JavaScript, once per second
 * and twice per window. None keeps the process alive.
 *
 * @example
 * import { Registry } from '@oriel/metrics';
 *
 * const runtime = runtimeCollector();
 * const registry = new Registry();
 * registry.register(runtime);
 * runtime.start();
 * const { families } = await registry.gather();
 * assert.ok(families.some((family) => family.name === 'nodejs_gc_duration_seconds'));
 * runtime.stop();
 */
export function runtimeCollector(options: RuntimeCollectorOptions = {}): StartableCollector {
  const loop = {
    delayResolutionMs: wholeNumber('delayResolutionMs', options.delayResolutionMs ?? 10, [1, 1000]),
    windowMs: wholeNumber('windowMs', options.windowMs ?? 60_000, [100, 86_400_000]),
  };
  const gc = new GcCollector(options.gcDurationBuckets ?? [0.001, 0.01, 0.1, 1, 2, 5]);
  return new RuntimeCollector(
    [new EventLoopCollector(loop), gc],
    [new HeapCollector(), new ActivityCollector()],
  );
}

/** A part answers at once, so that all of them are of one instant. */
interface Part extends Collector {
  collect(out: FamilySink): void;
}

class RuntimeCollector implements StartableCollector {
  readonly #started: readonly (StartableCollector & Part)[];
  readonly #parts: readonly Part[];

  constructor(started: readonly (StartableCollector & Part)[], plain: readonly Part[]) {
    this.#started = started;
    this.#parts = [...started, ...plain];
  }

  start(): void {
    for (const part of this.#started) part.start();
  }

  stop(): void {
    for (const part of this.#started) part.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  describe(): Desc[] {
    return this.#parts.flatMap((part) => [...part.describe()]);
  }

  collect(out: FamilySink): void {
    for (const part of this.#parts) collectApart(part, out);
  }
}

// One part that fails costs its own metrics, not the others.
function collectApart(part: Part, out: FamilySink): void {
  try {
    part.collect(out);
  } catch (error) {
    out.error(error);
  }
}

function wholeNumber(option: string, value: number, [least, most]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot define runtime collector: option "${option}" is ${quote(value)}; it must be a whole number from ${least} to ${most}`,
    details: { option, value },
  });
}
