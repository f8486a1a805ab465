import type { Desc } from './desc.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import type { Exemplar, FamilyHead, SeriesColumns } from './snapshot.ts';

/** Whatever produces metrics: an instrument, a view, a poller, a bridge. */
export interface Collector {
  /**
   * The families this collector may produce, always the same ones. Yielding none makes it an unchecked
   * collector: accepted as it is, compared with nothing, impossible to unregister.
   */
  describe(): Iterable<Desc>;
  /** Writes the families as they are now. What it throws costs its own families, never the scrape. */
  collect(out: FamilySink): void | Promise<void>;
  /** What had to be dropped while recording, by cause. */
  readonly drops?: DropSource;
  /** Lets counters and histograms have exemplars of the sampler's choice; `undefined` for no more. */
  useExemplars?(sampler: ExemplarSampler | undefined): void;
  /** What scrapes choose it by, and its timing is told under; see `namedCollector`. */
  readonly collectorName?: string;
}

/** Counts of recordings that were dropped, cut or folded, for the self-metrics of a registry. */
export interface DropSource {
  counts(): ReadonlyMap<string, number>;
  /** Calls back on the first drop of each cause; a second call replaces the listener. */
  listen(onFirst: ((cause: string) => void) | undefined): void;
}

export interface SampleOptions {
  /** Milliseconds since the epoch. Leave it out unless the value was really taken then. */
  readonly timestamp?: number;
}

export interface CreatedOptions extends SampleOptions {
  /** When counting began, in milliseconds since the epoch. */
  readonly created?: number;
}

export interface CounterOptions extends CreatedOptions {
  readonly exemplar?: Exemplar;
}

export interface HistogramOptions extends CreatedOptions {
  /** Each goes to the bucket its value belongs to. */
  readonly exemplars?: readonly Exemplar[];
}

export interface HistogramData {
  readonly count: number;
  readonly sum: number;
  /** Upper bound to cumulative count, rising; +Inf may be left out, the count fills it. */
  readonly buckets: Iterable<readonly [bound: number, cumulative: number]>;
}

/** Index to count, in any order; bucket i ends at `2 ** (i * 2 ** -schema)`, inclusive. */
export type ExponentialBucketData = Iterable<readonly [index: number, count: number]>;

export interface ExponentialHistogramData {
  /** Of all buckets and zeros together; more only where the sum is NaN. */
  readonly count: number;
  readonly sum: number;
  /** -4 to 8. */
  readonly schema: number;
  /** Default: 2 ** -128. */
  readonly zeroThreshold?: number;
  /** Default: 0. */
  readonly zeroCount?: number;
  readonly positive?: ExponentialBucketData;
  /** Of negative values, by the index of their magnitude. */
  readonly negative?: ExponentialBucketData;
  /** Classic buckets of the same values, as {@link HistogramData} has them. Default: none. */
  readonly buckets?: HistogramData['buckets'];
}

export interface SummaryData {
  readonly count: number;
  readonly sum: number;
  /** Quantile (0 to 1) to value. */
  readonly quantiles?: Iterable<readonly [quantile: number, value: number]>;
}

/**
 * Takes what a collector produces, one constant series at a time or whole columns.
 *
 * A series that breaks a rule (wrong descriptor type, wrong number of label values, impossible numbers) is
 * left out and reported in the snapshot's errors; the others stay.
 */
export interface FamilySink {
  /** Aborted when the collector's time is up: write what there is at once and stop waiting. */
  readonly signal: AbortSignal;
  /** The instant of the snapshot, in milliseconds since the epoch. */
  readonly time: number;

  counter(desc: Desc, value: number, labelValues?: readonly unknown[], options?: CounterOptions): void;
  gauge(desc: Desc, value: number, labelValues?: readonly unknown[], options?: SampleOptions): void;
  unknown(desc: Desc, value: number, labelValues?: readonly unknown[], options?: SampleOptions): void;
  histogram(
    desc: Desc,
    data: HistogramData,
    labelValues?: readonly unknown[],
    options?: HistogramOptions,
  ): void;
  /** For descriptors of type `gauge_histogram`: counts that may fall. */
  gaugeHistogram(
    desc: Desc,
    data: HistogramData,
    labelValues?: readonly unknown[],
    options?: SampleOptions,
  ): void;
  exponentialHistogram(
    desc: Desc,
    data: ExponentialHistogramData,
    labelValues?: readonly unknown[],
    options?: HistogramOptions,
  ): void;
  summary(desc: Desc, data: SummaryData, labelValues?: readonly unknown[], options?: CreatedOptions): void;
  info(desc: Desc, labelValues: readonly unknown[], options?: SampleOptions): void;
  stateSet(desc: Desc, states: Readonly<Record<string, boolean>>, labelValues?: readonly unknown[]): void;
  /** Many series at once, none twice; the columns must not change afterwards. */
  columns(family: FamilyHead, columns: SeriesColumns): void;
  /** Reports a failure without ending the collection. */
  error(cause: unknown): void;
}
