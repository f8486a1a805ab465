import { Child } from './child.ts';
import type { FamilySink } from './collector.ts';
import { Desc } from './desc.ts';
import { causeOf } from './drop-counter.ts';
import { MetricsError } from './error.ts';
import { NO_ROW } from './label-index.ts';
import { type InstrumentOptions, type LabelsOf, MetricVec } from './metric-vec.ts';
import { quote } from './names.ts';
import type { Objective } from './quantile-stream.ts';
import { QuantileWindow, type WindowOptions } from './quantile-window.ts';
import { SeriesTable } from './series-table.ts';
import { startTimer, timed } from './timer.ts';

export interface SummaryConfig<L extends string = never> extends InstrumentOptions<L> {
  /** Quantile to error of its rank, such as `{ 0.5: 0.05, 0.99: 0.001 }`. Default: none, count and sum only. */
  readonly objectives?: Readonly<Record<number, number>>;
  /** How far back quantiles look, in seconds. Default: 600. */
  readonly maxAgeSeconds?: number;
  /** Steps in which the window moves on, at most 1000. Default: 5. */
  readonly ageBuckets?: number;
  /** Observations sorted in at a time, at most 1 000 000. Default: 500. */
  readonly bufferSize?: number;
  /** Milliseconds, for tests. Default: a clock that is never set back. */
  readonly now?: () => number;
}

const SUM = 0;
const COUNT = 1;

class SummaryWindows {
  readonly options: WindowOptions;
  readonly table: SeriesTable;
  // By row; a removed row's window goes with the generation it was made in.
  readonly #windows = new Map<number, { readonly generation: number; readonly window: QuantileWindow }>();

  constructor(table: SeriesTable, options: WindowOptions) {
    this.table = table;
    this.options = options;
  }

  of(row: number): QuantileWindow {
    const { index } = this.table;
    const known = this.#windows.get(row);
    if (known !== undefined && index.isSince(row, known.generation)) return known.window;
    const window = new QuantileWindow(this.options);
    this.#windows.set(row, { generation: index.generation, window });
    return window;
  }

  /** Lets go of the windows of rows that have ended. */
  sweep(): void {
    for (const [row, { generation }] of this.#windows) {
      if (!this.table.index.isSince(row, generation)) this.#windows.delete(row);
    }
  }
}

/** One series of a summary. */
export class SummaryChild extends Child {
  readonly #windows: SummaryWindows;

  constructor(windows: SummaryWindows, row: number) {
    super(windows.table, row);
    this.#windows = windows;
  }

  /** Takes a finite number of 0 or more; anything else is dropped and counted. */
  observe(value: number): void {
    if (!accepts(this.table, value)) return;
    this.hold();
    this.block[this.at + SUM] += value;
    this.block[this.at + COUNT] += 1;
    const quantiles = this.#windows.options.objectives.length > 0;
    if (quantiles && this.row !== NO_ROW) this.#windows.of(this.row).observe(value);
  }

  /** Starts a clock; the function it returns observes the seconds since then. */
  startTimer(): () => number {
    return startTimer(this);
  }

  /** Runs a function, or awaits what it returns, and observes the seconds it took. */
  time<T>(fn: () => T): T {
    return timed(this, fn);
  }
}

/**
 * Counts and sums values and tells quantiles of the last minutes.
 *
 * Quantiles cannot be added up over processes; where that matters use a histogram. NaN, infinities and negatives
 * are dropped. An empty window reads NaN.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID` for objectives outside 0 to 1, and as `Desc`.
 *
 * @example
 * const size = new Summary({ name: 'size_bytes', help: 'Sizes.', objectives: { 0.5: 0.05 } });
 * size.observe(100);
 */
export class Summary<L extends string = never> extends MetricVec<SummaryChild, L> {
  readonly #windows: SummaryWindows;

  constructor(options: SummaryConfig<L>) {
    const desc = new Desc({ ...options, type: 'summary' });
    const window = windowOptions(options);
    const points = window.objectives.map(([quantile]) => quantile);
    const table = new SeriesTable({ desc, stride: 2, points, seriesLimit: options.seriesLimit });
    const windows = new SummaryWindows(table, window);
    super({ table, child: (row) => new SummaryChild(windows, row), normalize: options.normalize ?? {} });
    this.#windows = windows;
  }

  /** Takes a finite number of 0 or more; anything else is dropped and counted. */
  observe(value: number, labels?: LabelsOf<L>): void {
    const { table } = this.core;
    if (!accepts(table, value)) return;
    const row = this.rowOf(labels);
    if (row !== NO_ROW) this.core.child(row).observe(value);
  }

  /** Starts a clock; the function it returns observes the seconds since then. */
  startTimer(labels?: LabelsOf<L>): () => number {
    return startTimer({ observe: (seconds) => this.observe(seconds, labels) });
  }

  /** Runs a function, or awaits what it returns, and observes the seconds it took. */
  time<T>(fn: () => T, labels?: LabelsOf<L>): T {
    return timed({ observe: (seconds) => this.observe(seconds, labels) }, fn);
  }

  override collect(out: FamilySink): void {
    const totals = this.core.table.columns();
    const quantiles = totals.points.length;
    const stride = quantiles + 2;
    const values = new Float64Array(totals.rows * stride);
    this.#windows.sweep();
    for (const [place, row] of this.core.table.index.rows().entries()) {
      if (quantiles > 0) values.set(this.#windows.of(row).values(), place * stride);
      values[place * stride + quantiles] = totals.values[place * 2 + SUM];
      values[place * stride + quantiles + 1] = totals.values[place * 2 + COUNT];
    }
    out.columns(this.desc, { ...totals, stride, values });
  }
}

function accepts(table: SeriesTable, value: number): boolean {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return true;
  table.drops.add(causeOf(value));
  return false;
}

function windowOptions(options: SummaryConfig<string>): WindowOptions {
  const { maxAgeSeconds = 600, ageBuckets = 5, bufferSize = 500, now = () => performance.now() } = options;
  checkSize(options.name, 'maxAgeSeconds', maxAgeSeconds, Number.MAX_VALUE / 1000);
  checkSize(options.name, 'ageBuckets', ageBuckets, 1000);
  checkSize(options.name, 'bufferSize', bufferSize, 1_000_000);
  const objectives = objectivesOf(options);
  return { objectives, maxAgeMs: maxAgeSeconds * 1000, ageBuckets, bufferSize, now };
}

function objectivesOf(options: SummaryConfig<string>): Objective[] {
  const objectives = Object.entries(options.objectives ?? {})
    .map(([quantile, error]): Objective => [Number(quantile), error])
    .sort(([a], [b]) => a - b);
  for (const [quantile, error] of objectives) {
    const between = [quantile, error].every((part) => typeof part === 'number' && part > 0 && part < 1);
    if (!between)
      refuse(options.name, `objective ${quantile} has error ${quote(error)}; both lie between 0 and 1`);
  }
  return objectives;
}

function checkSize(name: string, option: string, value: unknown, most: number): void {
  const fits = typeof value === 'number' && value > 0 && value <= most;
  const whole = option === 'maxAgeSeconds' || Number.isInteger(value);
  if (!fits || !whole) refuse(name, `${option} is ${quote(value)}; use a positive number of at most ${most}`);
}

function refuse(name: string, what: string): never {
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define summary "${name}": ${what}`,
    details: { metric: name },
  });
}
