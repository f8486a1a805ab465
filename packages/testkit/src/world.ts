import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type Backend, type Exporter, type ExporterConfig, newExporter } from '@oriel/exporter';
import { type Collector, Counter, Registry } from '@oriel/metrics';
import { type FullCapabilities, fullCapabilities } from './capabilities.ts';
import { ContractBreach } from './contract-breach.ts';
import { backendOf, type ContractOptions } from './contract-options.ts';
import type { Behaviour, Destination } from './destination.ts';
import { Ledger } from './ledger.ts';
import { type LogLines, logLines } from './log-lines.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import type { Row } from './row.ts';
import { RowSet } from './row-set.ts';
import { settled } from './settled.ts';

/** How one test of the contract begins. */
export interface WorldOptions {
  readonly namespace?: string;
  readonly behaviour?: Behaviour;
  /** Beside the author's. */
  readonly config?: Partial<ExporterConfig>;
  readonly registry?: Registry;
  /** Another backend of the same exporter. */
  readonly neighbour?: Backend;
  /** Default: true. */
  readonly init?: boolean;
}

/** Everything one test of the contract works with: a registry, a clock, an exporter and a destination. */
export class World {
  readonly capabilities: FullCapabilities;
  readonly registry: Registry;
  readonly clock: ManualClock = manualClock(Date.now());
  readonly log: LogLines = logLines();
  readonly exporter: Exporter;
  readonly destination: Destination;
  readonly #options: ContractOptions;
  readonly #ledger: Ledger;
  readonly #markerName: string;
  readonly #marker: Counter = new Counter({ name: MARKER, help: 'Deliveries asked for.' });
  #marks = 0;
  #arrived: Row[] = [];
  #registered = false;

  /** Makes the parts; what was made is closed by {@link close}. */
  static async open(options: ContractOptions, start: WorldOptions = {}): Promise<World> {
    const destination = (await options.destination?.()) ?? reader;
    try {
      if (start.behaviour !== undefined) await destination.behave(start.behaviour);
      const world = new World(options, destination, start);
      if (start.init !== false) await world.drive(world.exporter.init());
      return world;
    } catch (error) {
      await destination.close();
      throw error;
    }
  }

  private constructor(options: ContractOptions, destination: Destination, start: WorldOptions) {
    this.#options = options;
    this.capabilities = fullCapabilities(options.capabilities);
    this.#ledger = new Ledger(this.capabilities.temporality);
    this.registry = start.registry ?? new Registry({ collectTimeoutMs: COLLECT_TIMEOUT_MS });
    this.destination = destination;
    this.#markerName = start.namespace ? `${start.namespace}_${MARKER}` : MARKER;
    const given = options.config?.(destination);
    const neighbours = start.neighbour === undefined ? [] : [start.neighbour];
    this.exporter = newExporter(start.namespace ?? '', {
      metricsPort: 0,
      metricsListenAddress: '127.0.0.1',
      ...given,
      ...start.config,
      exporters: [...(given?.exporters ?? [options.name]), ...neighbours.map(({ name }) => name)],
      backends: [backendOf(options, destination), ...neighbours],
      registry: this.registry,
      clock: this.clock,
      logger: this.log,
      env: {},
    });
  }

  get pushes(): boolean {
    return this.capabilities.direction === 'push';
  }

  get sendsDeltas(): boolean {
    return this.capabilities.temporality === 'delta';
  }

  /** Everything that has arrived, as the destination would show it. */
  get totals(): RowSet {
    return this.#rowSet(this.#ledger.rows(), 'the destination holds');
  }

  /** Registers a collector and hands it back. */
  add<C extends Collector>(collector: C): C {
    this.registry.register(collector);
    return collector;
  }

  /** Has the backend send now, or asks it; gives what arrived by that, all of it and nothing else. */
  async deliver(): Promise<RowSet> {
    if (this.pushes) await this.take();
    this.#arrived = [];
    this.mark();
    await this.flush();
    await this.#marked('the flush has ended');
    return this.#rowSet(this.#arrived, 'what arrived was');
  }

  /** Waits until what the backend sends by itself has arrived. */
  async delivered(): Promise<RowSet> {
    await this.#marked('the clock has moved on');
    return this.#rowSet(this.#arrived, 'what arrived was');
  }

  /** Counts one more delivery that must arrive. */
  mark(): void {
    if (!this.#registered) this.add(this.#marker);
    this.#registered = true;
    this.#marker.inc();
    this.#marks++;
  }

  async #marked(since: string): Promise<void> {
    const count = (): number => this.totals.value(this.#markerName);
    const met = async (): Promise<boolean> => {
      await this.take();
      return count() >= this.#marks;
    };
    const found = (): string => `${since}, and what was recorded before it has not arrived`;
    await this.until(met, found);
    if (this.pushes) {
      await settled();
      await this.take();
    }
    if (count() > this.#marks)
      throw new ContractBreach(`counted ${this.#marks}, and the destination adds up to ${count()}`);
  }

  /** `forceFlush`, with the clock moved on while it waits for a time limit. */
  flush(): Promise<void> {
    return this.drive(this.exporter.forceFlush());
  }

  /** Waits for a promise; where nothing else happens moves the clock on, so that time limits end the wait. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    work.then(end, end);
    while (!(await this.#calm(() => over))) {
      if (this.clock.pending > 0) await this.clock.advance(this.clock.next);
      else if (await this.#calm(() => over, this.#patience)) break;
      else throw new ContractBreach('a call does not end, and no timer is set that could end it');
    }
    return work;
  }

  // True once it is over, false after many turns and this much real time.
  async #calm(over: () => boolean, milliseconds: number = CALM_MS): Promise<boolean> {
    const end = performance.now() + milliseconds;
    for (let turns = 0; turns < CALM_TURNS || performance.now() < end; turns++) {
      if (over()) return true;
      await (turns % 64 === 63 ? pause(1) : turn());
    }
    return over();
  }

  /** Waits, in real time, until a condition holds. */
  async until(met: () => boolean | Promise<boolean>, found: () => string): Promise<void> {
    const end = performance.now() + this.#patience;
    for (let turns = 0; !(await met()); turns++) {
      if (performance.now() > end) {
        throw new ContractBreach(
          `${found()} within ${this.#patience} ms; ${this.totals.shown()}${this.#failures()}`,
        );
      }
      await (turns < 32 ? turn() : pause(2));
    }
  }

  /** Moves the clock by so many intervals. */
  async pass(intervals: number): Promise<void> {
    // One by one: what a timer begins has real time to be done before the next interval's work.
    for (let i = 0; i < intervals; i++) await this.clock.advance(this.capabilities.intervalMs);
  }

  /** Takes what has arrived into the totals. */
  async take(): Promise<void> {
    for (const row of await this.#options.read(this.destination, this.exporter)) {
      if (row.name.startsWith('oriel_') || this.#options.own?.test(row.name)) continue;
      this.#arrived.push(row);
      this.#ledger.add(row);
    }
  }

  /** Every row of a family since the last delivery that was asked for, repeated ones too. */
  seen(name: string): readonly Row[] {
    return this.#rowSet(this.#arrived, 'what arrived was').of(name);
  }

  /** Waits until a counter's total has arrived, and no more than that. */
  async arrival(name: string, value: number): Promise<void> {
    const met = async (): Promise<boolean> => {
      await this.take();
      return this.totals.value(name) >= value;
    };
    await this.until(met, () => `wanted ${name} ${value}, found ${this.totals.value(name)}`);
    this.totals.expectValue(name, value);
  }

  async close(): Promise<void> {
    try {
      await this.drive(this.exporter.shutdown());
    } finally {
      await this.destination.close();
    }
  }

  get #patience(): number {
    return this.#options.patienceMs ?? 5000;
  }

  #rowSet(rows: readonly Row[], what: string): RowSet {
    return new RowSet(rows, { what, capabilities: this.capabilities, nameOf: this.#options.nameOf });
  }

  #failures(): string {
    const [status] = this.exporter.backends();
    return status?.error === undefined ? '' : `\nthe backend is ${status.state}: ${status.error.message}`;
  }
}

// Last in name order, so that it is among the last that are sent.
const MARKER = 'zz_marker_total';

const COLLECT_TIMEOUT_MS = 100;
const CALM_TURNS = 100;
const CALM_MS = 250;

// A pull backend sends nowhere.
const reader: Destination = Object.freeze({ behave() {}, close() {} });
