import {
  type Backend,
  type BackendContext,
  type BackendInstance,
  defineBackend,
  namespaced,
  PushLoop,
} from '@oriel/exporter';
import type { Snapshot } from '@oriel/metrics';
import type { Behaviour, Destination } from './destination.ts';
import type { Row } from './row.ts';
import { rowsOfSnapshot } from './snapshot-rows.ts';

export interface MemoryBackendOptions {
  /** Default: `memory`. */
  readonly name?: string;
  /** Milliseconds between two snapshots. Default: 60000. */
  readonly intervalMs?: number;
  /** Snapshots kept; beyond it the oldest is dropped. Default: 1000. */
  readonly limit?: number;
}

/**
 * Exporter and destination in one: keeps the snapshots it would send, and misbehaves when it is told to.
 *
 * @example
 * const { newExporter } = await import('@oriel/exporter');
 * const { Counter, Registry } = await import('@oriel/metrics');
 * const registry = new Registry();
 * registry.register(new Counter({ name: 'jobs_total' }));
 * const memory = memoryBackend();
 * const exporter = newExporter('shop', { registry, backends: [memory.backend], exporters: ['memory'], logLevel: 'silent' });
 * await exporter.init();
 * await exporter.forceFlush();
 * assert.equal(memory.rows().find((row) => row.name === 'shop_jobs_total')?.value, 0);
 * await exporter.shutdown();
 */
export function memoryBackend(options: MemoryBackendOptions = {}): MemoryBackend {
  return new MemoryBackend(options);
}

/** What {@link memoryBackend} makes. */
export class MemoryBackend implements Destination {
  readonly backend: Backend;
  readonly #options: Required<MemoryBackendOptions>;
  #snapshots: Snapshot[] = [];
  #behaviour: Behaviour = 'well';
  #attempts = 0;

  constructor(options: MemoryBackendOptions) {
    this.#options = { name: 'memory', intervalMs: 60_000, limit: 1000, ...options };
    this.backend = defineBackend({ name: this.#options.name, create: (context) => this.#instance(context) });
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** What has arrived, oldest first. */
  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  /** The series of the last snapshot. */
  rows(): Row[] {
    const last = this.#snapshots.at(-1);
    return last === undefined ? [] : rowsOfSnapshot(last);
  }

  /** Takes the snapshots away, oldest first. */
  take(): Snapshot[] {
    return this.#snapshots.splice(0);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  close(): void {
    this.#snapshots = [];
  }

  #instance({ namespace, registry, clock, failed, recovered }: BackendContext): BackendInstance {
    const source = namespaced(namespace, registry);
    const loop = new PushLoop<Snapshot>({
      clock,
      jitter: 0,
      intervalMs: this.#options.intervalMs,
      collect: () => source.gather(),
      send: (snapshot) => this.#receive(snapshot),
      isTransient: (cause) => cause !== refused,
      onFailure: failed,
      onSuccess: recovered,
    });
    return { start: () => loop.start(), flush: () => loop.flush(), stop: () => loop.stop() };
  }

  #receive(snapshot: Snapshot): void | Promise<void> {
    this.#attempts++;
    if (this.#behaviour === 'hang') return new Promise(() => {});
    if (this.#behaviour === 'refuse') throw refused;
    if (this.#behaviour !== 'well') throw new Error(`the memory is told to be ${this.#behaviour}`);
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > this.#options.limit) this.#snapshots.shift();
  }
}

const refused = new Error('the memory is told to refuse');
