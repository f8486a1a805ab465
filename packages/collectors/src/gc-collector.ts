import { PerformanceObserver } from 'node:perf_hooks';
import { type Desc, type FamilySink, Histogram, type HistogramChild } from '@oriel/metrics';
import type { StartableCollector } from './startable-collector.ts';

const kinds: ReadonlyMap<unknown, string> = new Map([
  [1, 'minor'],
  [2, 'minor_mark_sweep'],
  [4, 'major'],
  [8, 'incremental'],
  [16, 'weakcb'],
]);
// Series that exist at zero from the start, so that a rate sees the first collection.
const expectedKinds = ['major', 'minor', 'incremental', 'weakcb'];

/** The name of V8's kind of collection; one that it adds later is `unknown`. */
export function gcKind(kind: unknown): string {
  return kinds.get(kind) ?? 'unknown';
}

/**
 * How long garbage collections took, by kind.
 *
 * Counts from start to stop. The runtime hands entries over in batches and each entry counts; those that wait
 * in the observer are taken at the scrape. While stopped it gives nothing, and a new start counts on.
 */
export class GcCollector implements StartableCollector {
  readonly #durations: Histogram<'kind'>;
  readonly #children = new Map<string, HistogramChild>();
  #observer: PerformanceObserver | undefined;

  constructor(buckets: readonly number[]) {
    this.#durations = new Histogram({
      name: 'nodejs_gc_duration_seconds',
      help: 'Duration of garbage collections, by kind: major, minor, minor_mark_sweep, incremental, weakcb or unknown.',
      unit: 's',
      labelNames: ['kind'],
      buckets,
    });
    for (const kind of expectedKinds) this.#child(kind);
  }

  start(): void {
    if (this.#observer !== undefined) return;
    this.#observer = new PerformanceObserver((list) => this.#take(list.getEntries()));
    this.#observer.observe({ type: 'gc' });
  }

  stop(): void {
    this.#drain();
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  describe(): Desc[] {
    return this.#durations.describe();
  }

  collect(out: FamilySink): void {
    if (this.#observer === undefined) return;
    this.#drain();
    this.#durations.collect(out);
  }

  #drain(): void {
    this.#take(this.#observer?.takeRecords() ?? []);
  }

  #take(entries: readonly GcEntry[]): void {
    for (const { duration, detail } of entries) this.#child(gcKind(detail?.kind)).observe(duration / 1000);
  }

  #child(kind: string): HistogramChild {
    let child = this.#children.get(kind);
    if (child === undefined) {
      child = this.#durations.labels({ kind });
      this.#children.set(kind, child);
    }
    return child;
  }
}

interface GcEntry {
  /** Milliseconds. */
  readonly duration: number;
  readonly detail?: { readonly kind?: unknown };
}
