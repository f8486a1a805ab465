import { Child } from './child.ts';
import type { FamilySink } from './collector.ts';
import { checkedCallback } from './counter.ts';
import { Desc } from './desc.ts';
import { NO_ROW } from './label-index.ts';
import { type InstrumentOptions, type LabelsOf, MetricVec } from './metric-vec.ts';
import { SeriesTable } from './series-table.ts';
import { startTimer } from './timer.ts';

export interface GaugeConfig<L extends string = never> extends InstrumentOptions<L> {
  /** Read at each collection instead of what was set. Only without labels. */
  readonly callback?: () => number;
}

/** One series of a gauge. */
export class GaugeChild extends Child {
  /** Any number, NaN and infinities too; anything else is dropped and counted. */
  set(value: number): void {
    if (typeof value !== 'number') {
      this.table.drops.add('value_not_a_number');
      return;
    }
    this.hold();
    this.block[this.at] = value;
  }

  add(value: number): void {
    if (typeof value !== 'number') {
      this.table.drops.add('value_not_a_number');
      return;
    }
    this.hold();
    this.block[this.at] += value;
  }

  sub(value: number): void {
    // Only a number is negated: anything else would be turned into one, or throw.
    this.add(typeof value === 'number' ? -value : value);
  }

  inc(): void {
    this.add(1);
  }

  dec(): void {
    this.add(-1);
  }

  /** Sets the Unix time in seconds. */
  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }

  /** Starts a clock; the function it returns sets the seconds since then. */
  startTimer(): () => number {
    return startTimer({ observe: (seconds) => this.set(seconds) });
  }

  get value(): number {
    this.hold();
    return this.block[this.at];
  }
}

/**
 * Shows a number that goes up and down: connections, temperature, queue length.
 *
 * @example
 * const open = new Gauge({ name: 'connections', help: 'Open connections.' });
 * open.inc();
 * open.set(7);
 * assert.equal(open.labels().value, 7);
 */
export class Gauge<L extends string = never> extends MetricVec<GaugeChild, L> {
  readonly #callback: (() => number) | undefined;

  constructor(options: GaugeConfig<L>) {
    const table = new SeriesTable({
      desc: new Desc({ ...options, type: 'gauge' }),
      stride: 1,
      seriesLimit: options.seriesLimit,
    });
    super({ table, child: (row) => new GaugeChild(table, row), normalize: options.normalize ?? {} });
    this.#callback = checkedCallback(options);
  }

  set(value: number, labels?: LabelsOf<L>): void {
    this.#write(value, labels, false);
  }

  add(value: number, labels?: LabelsOf<L>): void {
    this.#write(value, labels, true);
  }

  sub(value: number, labels?: LabelsOf<L>): void {
    this.#write(typeof value === 'number' ? -value : value, labels, true);
  }

  inc(labels?: LabelsOf<L>): void {
    this.#write(1, labels, true);
  }

  dec(labels?: LabelsOf<L>): void {
    this.#write(-1, labels, true);
  }

  /** Sets the Unix time in seconds. */
  setToCurrentTime(labels?: LabelsOf<L>): void {
    this.set(Date.now() / 1000, labels);
  }

  override collect(out: FamilySink): void {
    if (this.#callback === undefined) super.collect(out);
    else out.gauge(this.desc, this.#callback());
  }

  #write(value: number, labels: LabelsOf<L> | undefined, relative: boolean): void {
    const { sole, table } = this.core;
    if (sole !== undefined) {
      if (relative) sole.add(value);
      else sole.set(value);
      return;
    }
    if (typeof value !== 'number') {
      table.drops.add('value_not_a_number');
      return;
    }
    const row = this.rowOf(labels);
    if (row === NO_ROW) return;
    const block = table.cells.blockOf(row);
    const at = table.cells.offsetOf(row);
    block[at] = relative ? block[at] + value : value;
  }
}
