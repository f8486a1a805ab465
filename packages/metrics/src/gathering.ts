import type { Collector } from './collector.ts';
import { MetricsError } from './error.ts';
import { type CollectedPart, RowSink } from './row-sink.ts';
import { readThrown } from './thrown.ts';

export type FailureCause = 'error' | 'timeout' | 'series';

export interface Failure {
  readonly collector: string;
  readonly cause: FailureCause;
  readonly error: MetricsError;
}

/** How one collection of a named collector went. */
export interface Outcome {
  readonly collector: string;
  readonly seconds: number;
  readonly success: boolean;
}

/** What one collector wrote, and whether it had described anything before. */
export interface Collected {
  readonly parts: readonly CollectedPart[];
  readonly unchecked: boolean;
}

interface Running {
  readonly collector: Collector;
  readonly name: string;
  readonly sink: RowSink;
  readonly unchecked: boolean;
  readonly began: number;
}

const UNCHECKED = 'unchecked';

// Node's timers hold no longer time and take it for one millisecond.
const LONGEST_MS = 2 ** 31 - 1;

/** One pass over all collectors, with a time limit for those that answer later. */
export class Gathering {
  readonly time: number = Date.now();
  readonly errors: MetricsError[] = [];
  readonly failures: Failure[] = [];
  /** Of named collectors. */
  readonly outcomes: Outcome[] = [];
  readonly #written = new Set<Running>();
  readonly #waiting = new Set<Running>();
  readonly #overdue: Map<Collector, number>;
  readonly #timeoutMs: number;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = new AbortController();
  #done: () => void = () => {};
  #finished = false;

  /**
   * `overdue` counts, by collector, the collections that were given up and have not ended; such a collector is
   * not started again. Gathers at the same time each collect for themselves, so that each is up to date.
   */
  constructor(signal: AbortSignal | undefined, timeoutMs: number, overdue: Map<Collector, number>) {
    this.#outer = signal;
    this.#timeoutMs = timeoutMs >= 0 ? Math.min(timeoutMs, LONGEST_MS) : 0;
    this.#overdue = overdue;
  }

  /** Collectors that have not answered yet. */
  get pending(): number {
    return this.#waiting.size;
  }

  start(collector: Collector): void {
    let name = UNCHECKED;
    let unchecked = true;
    try {
      for (const desc of collector.describe()) {
        name = desc.name;
        unchecked = false;
        break;
      }
      name = collector.collectorName ?? name;
      this.#begin({ collector, name, unchecked });
    } catch (cause) {
      this.#fail(name, 'error', cause);
    }
  }

  #begin(known: Pick<Running, 'collector' | 'name' | 'unchecked'>): void {
    const sink = new RowSink(this.#abort.signal, this.time);
    const running = { ...known, sink, began: performance.now() };
    if (this.#overdue.has(known.collector)) {
      this.#fail(known.name, 'timeout', undefined);
      this.#tell(running, false);
      return;
    }
    try {
      this.#collect(running);
    } catch (cause) {
      this.#written.delete(running);
      this.#fail(known.name, 'error', cause);
      this.#tell(running, false);
    }
  }

  /** Resolves when all have answered, or after a last turn for those whose time is up. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#abort.abort();
        // A collector that heeds the signal can still write what it has.
        setImmediate(() => this.#done());
      };
      const timer = setTimeout(giveUp, this.#timeoutMs);
      this.#outer?.addEventListener('abort', giveUp);
      this.#done = () => {
        clearTimeout(timer);
        this.#outer?.removeEventListener('abort', giveUp);
        resolve();
      };
      if (this.#outer?.aborted) giveUp();
    });
  }

  /** Closes all sinks and hands over what they took. */
  finish(): Collected[] {
    this.#finished = true;
    for (const running of this.#waiting) {
      const { collector, name } = running;
      this.#overdue.set(collector, (this.#overdue.get(collector) ?? 0) + 1);
      this.#fail(name, 'timeout', undefined);
      this.#tell(running, false);
    }
    return [...this.#written].map(({ name, sink, unchecked }) => {
      for (const cause of sink.errors) this.#fail(name, 'series', cause);
      return { parts: sink.close(), unchecked };
    });
  }

  #collect(running: Running): void {
    const answer: unknown = running.collector.collect(running.sink);
    const later = typeof (answer as PromiseLike<void> | null | undefined)?.then === 'function';
    this.#written.add(running);
    if (!later) {
      this.#tell(running, true);
      return;
    }
    this.#waiting.add(running);
    // Resolved anew: a foreign promise may throw where a true one rejects.
    Promise.resolve(answer).then(
      () => this.#ended(running, true),
      (cause) => {
        if (!this.#finished) this.#drop(running, cause);
        this.#ended(running, false);
      },
    );
  }

  // A collector that failed half-way gives nothing: half a family would look like a fall.
  #drop(running: Running, cause: unknown): void {
    this.#written.delete(running);
    this.#fail(running.name, isTimeout(cause) ? 'timeout' : 'error', cause);
  }

  #ended(running: Running, success: boolean): void {
    this.#waiting.delete(running);
    if (this.#finished) this.#forgive(running.collector);
    else this.#tell(running, success);
    if (this.pending === 0) this.#done();
  }

  // Errors that a collector reports of single series leave it a success.
  #tell({ collector, began }: Running, success: boolean): void {
    const name = collector.collectorName;
    if (name === undefined) return;
    this.outcomes.push({ collector: name, seconds: (performance.now() - began) / 1000, success });
  }

  #forgive(collector: Collector): void {
    const left = (this.#overdue.get(collector) ?? 1) - 1;
    if (left > 0) this.#overdue.set(collector, left);
    else this.#overdue.delete(collector);
  }

  #fail(collector: string, cause: FailureCause, thrown: unknown): void {
    const error = asError(collector, cause, thrown, this.#timeoutMs);
    this.errors.push(error);
    this.failures.push({ collector, cause, error });
  }
}

function asError(collector: string, cause: FailureCause, thrown: unknown, timeoutMs: number): MetricsError {
  if (cause === 'timeout' && thrown === undefined) {
    return new MetricsError('COLLECT_TIMEOUT', {
      message: `Cannot collect "${collector}": it has not answered within ${timeoutMs} ms; the other collectors are served`,
      details: { collector, timeoutMs },
    });
  }
  const { own, text } = readThrown(thrown);
  if (own !== undefined) return own;
  return new MetricsError('COLLECT_FAILED', {
    message: `Cannot collect "${collector}": it threw ${text}; the other collectors are served`,
    details: { collector },
    cause: thrown,
  });
}

// A named collector may have a limit of its own.
function isTimeout(cause: unknown): boolean {
  return readThrown(cause).own?.code === 'COLLECT_TIMEOUT';
}
