import type { Collector } from './collector.ts';
import { MetricsError } from './error.ts';
import { quote } from './names.ts';
import { type CollectedPart, RowSink } from './row-sink.ts';

export type FailureCause = 'error' | 'timeout' | 'series';

export interface Failure {
  readonly collector: string;
  readonly cause: FailureCause;
  readonly error: MetricsError;
}

/** One pass over all collectors, with a time limit for those that answer later. */
export class Gathering {
  readonly time: number = Date.now();
  readonly errors: MetricsError[] = [];
  readonly failures: Failure[] = [];
  readonly #sinks: { readonly name: string; readonly sink: RowSink }[] = [];
  readonly #waiting = new Map<Collector, string>();
  readonly #busy: Set<Collector>;
  readonly #timeoutMs: number;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = new AbortController();
  #done: () => void = () => {};

  /** `busy` holds collectors whose last collection has not ended; they are not started again. */
  constructor(signal: AbortSignal | undefined, timeoutMs: number, busy: Set<Collector>) {
    this.#outer = signal;
    this.#timeoutMs = timeoutMs;
    this.#busy = busy;
  }

  /** Collectors that have not answered yet. */
  get pending(): number {
    return this.#waiting.size;
  }

  start(collector: Collector): void {
    let name = 'unchecked';
    try {
      for (const desc of collector.describe()) {
        name = desc.name;
        break;
      }
      this.#collect(collector, name);
    } catch (cause) {
      this.#fail(name, 'error', cause);
    }
  }

  /** Resolves when all have answered or the time is up. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#done(), this.#timeoutMs);
      const onAbort = () => this.#done();
      this.#outer?.addEventListener('abort', onAbort);
      this.#done = () => {
        clearTimeout(timer);
        this.#outer?.removeEventListener('abort', onAbort);
        resolve();
      };
      if (this.#outer?.aborted || this.pending === 0) this.#done();
    });
  }

  /** Closes all sinks and hands over what they took. */
  finish(): CollectedPart[] {
    for (const name of this.#waiting.values()) this.#fail(name, 'timeout', undefined);
    if (this.pending > 0) this.#abort.abort();
    return this.#sinks.flatMap(({ name, sink }) => {
      for (const cause of sink.errors) this.#fail(name, 'series', cause);
      return sink.close();
    });
  }

  #collect(collector: Collector, name: string): void {
    if (this.#busy.has(collector)) {
      this.#fail(name, 'timeout', undefined);
      return;
    }
    const sink = new RowSink(this.#abort.signal, this.time);
    const running = collector.collect(sink);
    this.#sinks.push({ name, sink });
    if (running === undefined || typeof running.then !== 'function') return;
    this.#waiting.set(collector, name);
    this.#busy.add(collector);
    running.then(
      () => this.#ended(collector),
      (cause) => {
        if (this.#waiting.has(collector)) this.#drop(sink, name, cause);
        this.#ended(collector);
      },
    );
  }

  // A collector that failed half-way gives nothing: half a family would look like a fall.
  #drop(sink: RowSink, name: string, cause: unknown): void {
    this.#sinks.splice(
      this.#sinks.findIndex((entry) => entry.sink === sink),
      1,
    );
    this.#fail(name, 'error', cause);
  }

  #ended(collector: Collector): void {
    this.#busy.delete(collector);
    this.#waiting.delete(collector);
    if (this.pending === 0) this.#done();
  }

  #fail(collector: string, cause: FailureCause, thrown: unknown): void {
    const error = asError(collector, cause, thrown, this.#timeoutMs);
    this.errors.push(error);
    this.failures.push({ collector, cause, error });
  }
}

function asError(collector: string, cause: FailureCause, thrown: unknown, timeoutMs: number): MetricsError {
  if (thrown instanceof MetricsError) return thrown;
  if (cause === 'timeout') {
    return new MetricsError('COLLECT_TIMEOUT', {
      message: `Cannot collect "${collector}": no answer within ${timeoutMs} ms; the other collectors are served`,
      details: { collector, timeoutMs },
    });
  }
  const text = thrown instanceof Error ? quote(thrown.message) : quote(thrown);
  return new MetricsError('COLLECT_FAILED', {
    message: `Cannot collect "${collector}": it threw ${text}; the other collectors are served`,
    details: { collector },
    cause: thrown,
  });
}
