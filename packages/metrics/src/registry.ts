import type { Collector } from './collector.ts';
import { MetricsError } from './error.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { FamilyAssembler } from './family-assembler.ts';
import { Gathering } from './gathering.ts';
import { quote } from './names.ts';
import { pedanticFault } from './pedantic.ts';
import { Registration, unwrapped } from './registration.ts';
import { SelfMetrics } from './self-metrics.ts';
import type { Snapshot } from './snapshot.ts';

/** Takes collectors. */
export interface Registerer {
  /** Keeps a collector, all of it or nothing. */
  register(collector: Collector): void;
  /**
   * Takes off the collector with equal descriptors; false if there is none. `release` frees its names for other
   * shapes.
   */
  unregister(collector: Collector, options?: UnregisterOptions): boolean;
}

export interface UnregisterOptions {
  /** Default: false, a name keeps its help, type and labels for the life of the registry. */
  readonly release?: boolean;
}

/** Gives snapshots. */
export interface Gatherer {
  gather(options?: GatherOptions): Promise<Snapshot>;
  /** Names that {@link GatherOptions.collectors} can choose. Default: none is known. */
  collectorNames?(): Iterable<string>;
}

export interface GatherOptions {
  /** Ends waiting for collectors; what has arrived is returned. */
  readonly signal?: AbortSignal;
  /** Exact family names to return. Default: all. */
  readonly names?: Iterable<string>;
  /** Names of the collectors to ask, see `namedCollector`; those without a name are left out. Default: all. */
  readonly collectors?: Iterable<string>;
  /** Time for collectors that answer later, in milliseconds. Default: the registry's. */
  readonly timeoutMs?: number;
}

export interface RegistryOptions {
  /**
   * Checks each series against its registered descriptor, for tests; unchecked collectors have none and are
   * exempt. Default: false.
   */
  readonly pedantic?: boolean;
  /** Time for collectors that answer later, in milliseconds. Default: 5000. */
  readonly collectTimeoutMs?: number;
  /** Lets counters and histograms have exemplars of the sampler's choice. Default: none. */
  readonly exemplars?: ExemplarSampler;
  /** Told once per collector and cause when recordings are dropped or a collection fails, after the event. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Holds collectors and gathers them into one snapshot.
 *
 * All collectors that answer at once are read in one go, so their numbers are of one instant. A collector
 * that throws, rejects or takes too long costs its own families; the failure is in `snapshot.errors` and
 * counted in {@link Registry.selfMetrics}.
 */
export class Registry implements Registerer, Gatherer {
  readonly #registration = new Registration();
  readonly #self: SelfMetrics;
  readonly #pedantic: boolean;
  readonly #timeoutMs: number;
  readonly #overdue = new Map<Collector, number>();
  #exemplars: ExemplarSampler | undefined;

  constructor(options: RegistryOptions = {}) {
    this.#pedantic = options.pedantic ?? false;
    this.#timeoutMs = checkedTimeout(options.collectTimeoutMs ?? 5000);
    this.#self = new SelfMetrics(this.#registration, options.onWarning);
    this.#exemplars = options.exemplars;
  }

  /**
   * Keeps a collector if all checks pass.
   *
   * Errors: {@link MetricsError} `ALREADY_REGISTERED` (with `details.existing`), `DUPLICATE_DESCRIPTOR`,
   * `INCONSISTENT_DESCRIPTOR`, `SUFFIX_COLLISION`.
   * Source: client_golang's registry; suffixes after OpenMetrics 1.0.
   */
  register(collector: Collector): void {
    if (unwrapped(collector) === this) throw selfRegistration();
    this.#registration.add(collector);
    this.#self.watch(collector);
    if (this.#exemplars !== undefined) unwrapped(collector).useExemplars?.(this.#exemplars);
  }

  /** Registers a collector and returns it, or returns the equal one that is registered already. */
  getOrRegister<C extends Collector>(collector: C): C {
    try {
      this.register(collector);
      return collector;
    } catch (error) {
      const known = error instanceof MetricsError && error.code === 'ALREADY_REGISTERED';
      if (known) return error.details.existing as C;
      throw error;
    }
  }

  /**
   * Takes off the collector whose descriptors equal this one's.
   *
   * Its names stay tied to their help, type and labels, as a name should mean one thing for the life of a
   * process; with `release` they become free for another shape.
   */
  unregister(collector: Collector, options: UnregisterOptions = {}): boolean {
    const removed = this.#registration.remove(collector, options.release ?? false);
    if (removed !== undefined) this.#self.unwatch(removed);
    if (removed !== undefined && this.#exemplars !== undefined) unwrapped(removed).useExemplars?.(undefined);
    return removed !== undefined;
  }

  /** Who chooses exemplars for what is registered; `undefined` for nobody. */
  get exemplars(): ExemplarSampler | undefined {
    return this.#exemplars;
  }

  /**
   * Lets the counters and histograms that are registered, and those to come, have exemplars of the sampler's choice;
   * `undefined` for no more. What is registered with several registries follows the last one.
   */
  useExemplars(sampler: ExemplarSampler | undefined): void {
    this.#exemplars = sampler;
    for (const collector of this.#registration.collectors()) unwrapped(collector).useExemplars?.(sampler);
  }

  /** Reads all collectors. Never rejects: what fails is in `errors`. */
  async gather(options: GatherOptions = {}): Promise<Snapshot> {
    const gathering = new Gathering(options.signal, options.timeoutMs ?? this.#timeoutMs, this.#overdue);
    for (const collector of this.#chosen(options.collectors)) gathering.start(collector);
    // Not awaited when nothing is pending: an instant snapshot stays within one turn of the event loop.
    if (gathering.pending > 0) await gathering.settled();
    const assembler = new FamilyAssembler();
    for (const { parts, unchecked } of gathering.finish()) {
      for (const part of parts) {
        const fault = this.#pedantic && !unchecked ? pedanticFault(part, this.#registration) : undefined;
        if (fault === undefined) assembler.add(part);
        else gathering.errors.push(fault);
      }
    }
    this.#self.count(gathering.failures);
    this.#self.keep(gathering.outcomes);
    const families = assembler.finish(options.names === undefined ? undefined : new Set(options.names));
    return { time: gathering.time, families, errors: [...gathering.errors, ...assembler.errors] };
  }

  /** Names of the registered collectors that have one. */
  collectorNames(): string[] {
    return [...this.#registration.collectors()].flatMap(({ collectorName }) => collectorName ?? []);
  }

  *#chosen(names: Iterable<string> | undefined): Generator<Collector> {
    const wanted = names === undefined ? undefined : new Set(names);
    for (const collector of this.#registration.collectors()) {
      const name = wanted === undefined ? undefined : collector.collectorName;
      if (wanted === undefined || (name !== undefined && wanted.has(name))) yield collector;
    }
  }

  /**
   * The registry's own metrics as a collector, to be registered here or elsewhere: failed collections by
   * collector and cause, dropped recordings by metric and cause.
   */
  selfMetrics(): Collector {
    return this.#self;
  }

  /** A registry is a collector too, an unchecked one, so that one registry can carry another. */
  describe(): [] {
    return [];
  }

  /** Writes every family of this registry. */
  async collect(out: Parameters<Collector['collect']>[0]): Promise<void> {
    const snapshot = await this.gather({ signal: out.signal });
    for (const error of snapshot.errors) out.error(error);
    for (const family of snapshot.families) for (const part of family.parts) out.columns(family, part);
  }
}

function selfRegistration(): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: 'Cannot register registry: it is the one it is registered with; register it with another',
  });
}

function checkedTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === 'number' && timeoutMs > 0) return timeoutMs;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make registry: collectTimeoutMs is ${quote(timeoutMs)}; use a number above 0`,
    details: { collectTimeoutMs: timeoutMs },
  });
}

let shared: Registry | undefined;

/** The registry used where none is given; made on first use. */
export function defaultRegistry(): Registry {
  shared ??= new Registry();
  return shared;
}
