import { BucketSearch } from './bucket-search.ts';
import { checkBounds, DEFAULT_BUCKETS } from './buckets.ts';
import { Child } from './child.ts';
import { Desc } from './desc.ts';
import { causeOf } from './drop-counter.ts';
import type { ExemplarLabels } from './exemplar.ts';
import { NO_ROW } from './label-index.ts';
import { type InstrumentOptions, type LabelsOf, MetricVec } from './metric-vec.ts';
import { SeriesTable } from './series-table.ts';
import { startTimer, timed } from './timer.ts';

export interface HistogramConfig<L extends string = never> extends InstrumentOptions<L> {
  /** Upper bounds, inclusive and strictly rising; +Inf is implied. Default: {@link DEFAULT_BUCKETS}. */
  readonly buckets?: readonly number[];
}

/** The smallest value a distribution with these bounds takes: a sum must not fall unless its bounds say so. */
export function lowestAccepted(bounds: readonly number[]): number {
  return bounds.length > 0 && bounds[0] < 0 ? -Number.MAX_VALUE : 0;
}

/** One series of a histogram. */
export class HistogramChild extends Child {
  readonly #sumCell: number;
  readonly #search: BucketSearch;
  readonly #lowest: number;

  constructor(table: SeriesTable, row: number, bounds: readonly number[], search: BucketSearch) {
    super(table, row);
    this.#sumCell = bounds.length + 1;
    this.#search = search;
    this.#lowest = lowestAccepted(bounds);
  }

  /** Counts a finite value into its bucket; anything else is dropped and counted. Cost: a table look-up and a comparison or two. */
  observe(value: number, exemplar?: ExemplarLabels): void {
    if (typeof value !== 'number' || !(value >= this.#lowest && value < Number.POSITIVE_INFINITY)) {
      this.table.drops.add(causeOf(value));
      return;
    }
    this.hold();
    const bucket = this.#search.of(value);
    this.block[this.at + bucket] += 1;
    this.block[this.at + this.#sumCell] += value;
    if (exemplar !== undefined) this.table.setExemplar(this.row, bucket, exemplar, value);
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
 * Counts values into buckets `(-inf, b0] (b0, b1] ... (bn, +inf)`.
 *
 * Shape: n bounds give n + 1 buckets and a sum, 8 (n + 2) bytes per series. NaN and infinities are dropped, and
 * negatives too unless the lowest bound is negative.
 * Errors: {@link MetricsError} `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`, and as `Desc`.
 *
 * @example
 * const latency = new Histogram({ name: 'latency_seconds', help: 'Latency.', buckets: [0.1, 1] });
 * latency.observe(0.1);
 * assert.equal(latency.time(() => 42), 42);
 */
export class Histogram<L extends string = never> extends MetricVec<HistogramChild, L> {
  readonly bounds: readonly number[];
  readonly #search: BucketSearch;
  readonly #lowest: number;

  constructor(options: HistogramConfig<L>) {
    const desc = new Desc({ ...options, type: 'histogram' });
    const bounds = checkBounds(options.buckets ?? DEFAULT_BUCKETS, `histogram "${desc.name}"`);
    const table = new SeriesTable({
      desc,
      stride: bounds.length + 2,
      points: bounds,
      seriesLimit: options.seriesLimit,
    });
    const search = new BucketSearch(bounds);
    super({
      table,
      child: (row) => new HistogramChild(table, row, bounds, search),
      normalize: options.normalize ?? {},
    });
    this.bounds = bounds;
    this.#search = search;
    this.#lowest = lowestAccepted(bounds);
  }

  /** Counts a finite value into its bucket; anything else is dropped and counted. */
  observe(value: number, labels?: LabelsOf<L>, exemplar?: ExemplarLabels): void {
    const { sole, table } = this.core;
    if (sole !== undefined) {
      sole.observe(value, exemplar);
      return;
    }
    if (typeof value !== 'number' || !(value >= this.#lowest && value < Number.POSITIVE_INFINITY)) {
      table.drops.add(causeOf(value));
      return;
    }
    const row = this.rowOf(labels);
    if (row === NO_ROW) return;
    const block = table.cells.blockOf(row);
    const at = table.cells.offsetOf(row);
    const bucket = this.#search.of(value);
    block[at + bucket] += 1;
    block[at + this.bounds.length + 1] += value;
    if (exemplar !== undefined) table.setExemplar(row, bucket, exemplar, value);
  }

  /** Starts a clock; the function it returns observes the seconds since then. */
  startTimer(labels?: LabelsOf<L>): () => number {
    return startTimer({ observe: (seconds) => this.observe(seconds, labels) });
  }

  /** Runs a function, or awaits what it returns, and observes the seconds it took. */
  time<T>(fn: () => T, labels?: LabelsOf<L>): T {
    return timed({ observe: (seconds) => this.observe(seconds, labels) }, fn);
  }
}
