import { Child } from './child.ts';
import type { FamilySink } from './collector.ts';
import { Desc } from './desc.ts';
import { causeOf } from './drop-counter.ts';
import { MetricsError } from './error.ts';
import type { ExemplarLabels } from './exemplar.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { NO_ROW } from './label-index.ts';
import { type InstrumentOptions, type LabelsOf, MetricVec } from './metric-vec.ts';
import { quote } from './names.ts';
import { SeriesTable } from './series-table.ts';

export interface CounterConfig<L extends string = never> extends InstrumentOptions<L> {
  /** Read at each collection instead of counting; a fall is not passed on. Only without labels. */
  readonly callback?: () => number;
}

/** One series of a counter. */
export class CounterChild extends Child {
  /** Adds 1. Cost: one addition, no allocation. */
  inc(exemplar?: ExemplarLabels): void {
    this.hold();
    this.block[this.at] += 1;
    if (exemplar !== undefined) this.table.setExemplar(this.row, 0, exemplar, 1);
    else if (this.maySample) this.sample(0, 1);
  }

  /** Adds a finite number of 0 or more; anything else is dropped and counted. */
  add(value: number, exemplar?: ExemplarLabels): void {
    if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      this.table.drops.add(causeOf(value));
      return;
    }
    this.hold();
    this.block[this.at] += value;
    if (exemplar !== undefined) this.table.setExemplar(this.row, 0, exemplar, value);
    else if (this.maySample) this.sample(0, value);
  }

  get value(): number {
    this.hold();
    return this.block[this.at];
  }
}

/**
 * Counts what only grows: requests, bytes, errors.
 *
 * Errors: the constructor throws {@link MetricsError} as `Desc` does. Recording never throws.
 *
 * @example
 * const requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames: ['method'] });
 * requests.inc({ method: 'GET' });
 * const get = requests.labels({ method: 'GET' });
 * get.add(2);
 * assert.equal(get.value, 3);
 */
export class Counter<L extends string = never> extends MetricVec<CounterChild, L> {
  readonly #callback: (() => number) | undefined;
  #highest = 0;

  constructor(options: CounterConfig<L>) {
    const table = new SeriesTable({
      desc: new Desc({ ...options, type: 'counter' }),
      stride: 1,
      seriesLimit: options.seriesLimit,
    });
    super({ table, child: (row) => new CounterChild(table, row), normalize: options.normalize ?? {} });
    this.#callback = checkedCallback(options);
  }

  /** Adds 1 to the series of these labels. */
  inc(labels?: LabelsOf<L>): void {
    const { sole } = this.core;
    if (sole === undefined) this.add(1, labels);
    else sole.inc();
  }

  /** Adds a finite number of 0 or more; anything else is dropped and counted. */
  add(value: number, labels?: LabelsOf<L>, exemplar?: ExemplarLabels): void {
    const { sole, table } = this.core;
    if (sole !== undefined) {
      sole.add(value, exemplar);
      return;
    }
    if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      table.drops.add(causeOf(value));
      return;
    }
    const row = this.rowOf(labels);
    if (row === NO_ROW) return;
    table.cells.blockOf(row)[table.cells.offsetOf(row)] += value;
    if (exemplar !== undefined) table.setExemplar(row, 0, exemplar, value);
    else if (table.turns !== undefined) table.sample(row, 0, value);
  }

  /** Lets series have exemplars of a sampler's choice; `undefined` for no more. A registry does so for its own. */
  useExemplars(sampler: ExemplarSampler | undefined): void {
    this.core.table.useExemplars(sampler);
  }

  override collect(out: FamilySink): void {
    if (this.#callback === undefined) {
      super.collect(out);
      return;
    }
    this.#readCallback(this.#callback, out);
    out.counter(this.desc, this.#highest);
  }

  #readCallback(callback: () => number, out: FamilySink): void {
    const value: unknown = callback();
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) {
      this.#highest = Math.max(this.#highest, value);
      return;
    }
    this.drops.add('callback_failed');
    out.error(
      new MetricsError('SERIES_INVALID', {
        message: `Cannot collect counter "${this.desc.name}": its callback gave ${quote(value)}; it must give a finite number of 0 or more`,
        details: { family: this.desc.name },
      }),
    );
  }
}

/** Refuses a callback beside labels: one number cannot fill many series. */
export function checkedCallback(options: {
  readonly name: string;
  readonly labelNames?: readonly string[];
  readonly callback?: () => number;
}): (() => number) | undefined {
  const { callback, labelNames = [] } = options;
  if (callback === undefined || (typeof callback === 'function' && labelNames.length === 0)) return callback;
  const what =
    typeof callback === 'function'
      ? 'it has a callback and labels; write a Collector for labelled values'
      : `its callback is ${quote(callback)}; use a function`;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define metric "${options.name}": ${what}`,
    details: { metric: options.name },
  });
}
