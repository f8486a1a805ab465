import { BucketSearch } from './bucket-search.ts';
import { checkBounds, DEFAULT_BUCKETS } from './buckets.ts';
import { Child } from './child.ts';
import type { FamilySink } from './collector.ts';
import { Desc } from './desc.ts';
import { causeOf } from './drop-counter.ts';
import type { ExemplarLabels } from './exemplar.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { type ExponentialOptions, exponential } from './exponential.ts';
import { ExponentialSeries } from './exponential-series.ts';
import type { ExponentialStore } from './exponential-store.ts';
import { NO_ROW } from './label-index.ts';
import { type InstrumentOptions, type LabelsOf, MetricVec } from './metric-vec.ts';
import { SeriesTable } from './series-table.ts';
import { startTimer, timed } from './timer.ts';

export interface HistogramConfig<L extends string = never> extends InstrumentOptions<L> {
  /** Upper bounds, inclusive and strictly rising; +Inf is implied. Default: {@link DEFAULT_BUCKETS}. */
  readonly buckets?: readonly number[];
  /**
   * Buckets that make themselves, instead of classic ones or, if `buckets` are given too, beside them. Default: none.
   */
  readonly exponential?: ExponentialOptions;
  /** Milliseconds since the epoch, for tests. Default: `Date.now`. */
  readonly now?: () => number;
}

/** The smallest value a distribution with these bounds takes: a sum must not fall unless its bounds say so. */
export function lowestAccepted(bounds: readonly number[]): number {
  return bounds.length > 0 && bounds[0] < 0 ? -Number.MAX_VALUE : 0;
}

/** What the series of one histogram share. */
interface HistogramCore {
  readonly table: SeriesTable;
  readonly bounds: readonly number[];
  readonly search: BucketSearch;
  readonly series: ExponentialSeries | undefined;
}

/** One series of a histogram. */
export class HistogramChild extends Child {
  readonly #sumCell: number;
  readonly #search: BucketSearch;
  readonly #lowest: number;

  constructor({ table, bounds, search }: HistogramCore, row: number) {
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
    else if (this.maySample) this.sample(bucket, value);
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

// Apart from its base, so that neither of the two is too large to be compiled into the code that calls it.
class ExponentialChild extends HistogramChild {
  readonly #core: HistogramCore;
  readonly #series: ExponentialSeries;
  readonly #store: ExponentialStore;
  readonly #isBeside: boolean;
  // Where the exponential buckets are, for as long as the series lives.
  readonly #cells: Float64Array;
  readonly #offset: number;

  constructor(core: HistogramCore, series: ExponentialSeries, row: number) {
    super(core, row);
    this.#core = core;
    this.#series = series;
    this.#store = series.store;
    this.#isBeside = core.table.cells.stride > 0;
    this.#cells = series.store.cells.blockOf(row);
    this.#offset = series.store.cells.offsetOf(row);
  }

  override observe(value: number, exemplar?: ExemplarLabels): void {
    if (typeof value !== 'number') {
      this.table.drops.add('value_not_a_number');
      return;
    }
    this.hold();
    if (this.row === NO_ROW) return;
    if (this.#isBeside || exemplar !== undefined) this.#series.observe(this.row, value, exemplar);
    else this.#store.record(this.#cells, this.#offset, value);
    if (exemplar === undefined && this.maySample) this.#sampleBoth(value);
  }

  #sampleBoth(value: number): void {
    const exemplar = this.sample(this.#core.search.of(value), value);
    if (exemplar !== undefined) this.#store.exemplars.sample(this.row, exemplar);
  }
}

/**
 * Counts values into buckets `(-inf, b0] (b0, b1] ... (bn, +inf)`, into exponential ones, or into both.
 *
 * Shape: n bounds give n + 1 buckets and a sum, 8 (n + 2) bytes per series. NaN and infinities are dropped, and
 * negatives too unless the lowest bound is negative. With {@link exponential} the family is an exponential histogram
 * and takes any number: NaN is only counted and makes the sum NaN, an infinity makes it infinite.
 * Errors: {@link MetricsError} `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`, `ARGUMENT_INVALID`, and as `Desc`.
 *
 * @example
 * const latency = new Histogram({ name: 'latency_seconds', help: 'Latency.', buckets: [0.1, 1] });
 * latency.observe(0.1);
 * assert.equal(latency.time(() => 42), 42);
 */
export class Histogram<L extends string = never> extends MetricVec<HistogramChild, L> {
  /** The classic bounds, none if there are only exponential buckets. */
  readonly bounds: readonly number[];
  readonly #core: HistogramCore;
  readonly #lowest: number;

  constructor(options: HistogramConfig<L>) {
    const core = coreOf(options);
    const { series } = core;
    super({
      table: core.table,
      child: (row) =>
        series === undefined ? new HistogramChild(core, row) : new ExponentialChild(core, series, row),
      normalize: options.normalize ?? {},
    });
    this.bounds = core.bounds;
    this.#core = core;
    this.#lowest = lowestAccepted(core.bounds);
  }

  /** Counts a finite value into its bucket; anything else is dropped and counted. */
  observe(value: number, labels?: LabelsOf<L>, exemplar?: ExemplarLabels): void {
    const { sole, table } = this.core;
    if (sole !== undefined) {
      sole.observe(value, exemplar);
      return;
    }
    const { series } = this.#core;
    if (typeof value !== 'number' || !(series !== undefined || this.#fits(value))) {
      table.drops.add(causeOf(value));
      return;
    }
    const row = this.rowOf(labels);
    if (row === NO_ROW) return;
    if (series !== undefined) series.observe(row, value, exemplar);
    else this.#count(row, value, exemplar);
    if (exemplar === undefined && table.turns !== undefined) this.#sample(row, value);
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
    out.columns(this.desc, (this.#core.series ?? this.core.table).columns());
  }

  /** Lets series have exemplars of a sampler's choice; `undefined` for no more. A registry does so for its own. */
  useExemplars(sampler: ExemplarSampler | undefined): void {
    const { series, table } = this.#core;
    table.useExemplars(sampler);
    if (series !== undefined) series.store.exemplars.sampler = sampler;
  }

  #sample(row: number, value: number): void {
    const { search, series, table } = this.#core;
    const exemplar = table.sample(row, search.of(value), value);
    if (exemplar !== undefined) series?.store.exemplars.sample(row, exemplar);
  }

  #fits(value: number): boolean {
    return value >= this.#lowest && value < Number.POSITIVE_INFINITY;
  }

  #count(row: number, value: number, exemplar: ExemplarLabels | undefined): void {
    const { table } = this.core;
    const block = table.cells.blockOf(row);
    const at = table.cells.offsetOf(row);
    const bucket = this.#core.search.of(value);
    block[at + bucket] += 1;
    block[at + this.bounds.length + 1] += value;
    if (exemplar !== undefined) table.setExemplar(row, bucket, exemplar, value);
  }
}

function coreOf<L extends string>(options: HistogramConfig<L>): HistogramCore {
  const { buckets, now, seriesLimit } = options;
  const definition = options.exponential === undefined ? undefined : exponential(options.exponential);
  const type = definition === undefined ? 'histogram' : 'exponential_histogram';
  const desc = new Desc({ ...options, type });
  const given = buckets ?? (definition === undefined ? DEFAULT_BUCKETS : []);
  const bounds = checkBounds(given, `histogram "${desc.name}"`);
  const search = new BucketSearch(bounds);
  if (definition !== undefined) {
    const beside = buckets === undefined ? undefined : bounds;
    const series = new ExponentialSeries({ desc, definition, bounds: beside, seriesLimit, now });
    return { table: series.table, bounds, search, series };
  }
  const table = new SeriesTable({ desc, stride: bounds.length + 2, points: bounds, seriesLimit, now });
  return { table, bounds, search, series: undefined };
}
