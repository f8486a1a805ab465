import type {
  CounterOptions,
  CreatedOptions,
  ExponentialHistogramData,
  FamilySink,
  HistogramData,
  HistogramOptions,
  SampleOptions,
  SummaryData,
} from './collector.ts';
import type { Desc, MetricType } from './desc.ts';
import { usableExemplar } from './exemplar.ts';
import { exponentialRow } from './exponential-check.ts';
import {
  type Cells,
  checkedValues,
  checkTimes,
  histogramRow,
  invalid,
  numbers,
  refuse,
  stateRow,
  summaryRow,
} from './row-check.ts';
import { SeriesBuilder } from './series-builder.ts';
import type { Exemplar, FamilyHead, SeriesColumns } from './snapshot.ts';

/** What a collector wrote for one family. `checked` columns cannot hold a series twice. */
export interface CollectedPart {
  readonly head: FamilyHead;
  readonly columns: SeriesColumns;
  readonly checked: boolean;
}

/** The sink of one collector during one gather. After {@link close} it takes nothing. */
export class RowSink implements FamilySink {
  readonly signal: AbortSignal;
  readonly time: number;
  readonly errors: unknown[] = [];
  readonly #builders = new Map<string, { head: Desc; builder: SeriesBuilder }>();
  readonly #parts: CollectedPart[] = [];
  #closed = false;

  constructor(signal: AbortSignal, time: number) {
    this.signal = signal;
    this.time = time;
  }

  counter(
    desc: Desc,
    value: number,
    labelValues: readonly unknown[] = [],
    options: CounterOptions = {},
  ): void {
    this.#write(desc, 'counter', labelValues, options, () => {
      const cells = numbers(desc, [value]);
      refuse(desc, !(value >= 0), `its value is ${value}; a counter is 0 or more`);
      const [exemplar] = this.#usable(desc, options.exemplar === undefined ? [] : [options.exemplar]);
      return { cells, exemplars: exemplar && new Map([[0, exemplar]]) };
    });
  }

  gauge(desc: Desc, value: number, labelValues: readonly unknown[] = [], options: SampleOptions = {}): void {
    this.#write(desc, 'gauge', labelValues, options, () => ({ cells: numbers(desc, [value]) }));
  }

  unknown(
    desc: Desc,
    value: number,
    labelValues: readonly unknown[] = [],
    options: SampleOptions = {},
  ): void {
    this.#write(desc, 'unknown', labelValues, options, () => ({ cells: numbers(desc, [value]) }));
  }

  histogram(
    desc: Desc,
    data: HistogramData,
    labelValues: readonly unknown[] = [],
    options: HistogramOptions = {},
  ): void {
    this.#write(desc, 'histogram', labelValues, options, () =>
      histogramRow(desc, data, this.#usable(desc, options.exemplars ?? [])),
    );
  }

  gaugeHistogram(
    desc: Desc,
    data: HistogramData,
    labelValues: readonly unknown[] = [],
    options: SampleOptions = {},
  ): void {
    this.#write(desc, 'gauge_histogram', labelValues, options, () => histogramRow(desc, data, []));
  }

  exponentialHistogram(
    desc: Desc,
    data: ExponentialHistogramData,
    labelValues: readonly unknown[] = [],
    options: HistogramOptions = {},
  ): void {
    this.#write(desc, 'exponential_histogram', labelValues, options, () =>
      exponentialRow(desc, data, this.#usable(desc, options.exemplars ?? [])),
    );
  }

  summary(
    desc: Desc,
    data: SummaryData,
    labelValues: readonly unknown[] = [],
    options: CreatedOptions = {},
  ): void {
    this.#write(desc, 'summary', labelValues, options, () => summaryRow(desc, data));
  }

  info(desc: Desc, labelValues: readonly unknown[], options: SampleOptions = {}): void {
    this.#write(desc, 'info', labelValues, options, () => ({ cells: [] }));
  }

  stateSet(
    desc: Desc,
    states: Readonly<Record<string, boolean>>,
    labelValues: readonly unknown[] = [],
  ): void {
    this.#write(desc, 'state_set', labelValues, {}, () => stateRow(desc, states));
  }

  columns(head: FamilyHead, columns: SeriesColumns): void {
    if (!this.#closed && columns.rows > 0) this.#parts.push({ head, columns, checked: true });
  }

  error(cause: unknown): void {
    if (!this.#closed) this.errors.push(cause);
  }

  /** Ends writing and hands over what was written. */
  close(): CollectedPart[] {
    this.#closed = true;
    for (const { head, builder } of this.#builders.values()) {
      this.#parts.push({ head, columns: builder.finish(), checked: false });
    }
    return this.#parts;
  }

  #write(
    desc: Desc,
    type: MetricType,
    labelValues: readonly unknown[],
    times: CreatedOptions,
    make: () => Cells,
  ): void {
    if (this.#closed) return;
    try {
      refuse(desc, desc.type !== type, `its descriptor is of type ${desc.type}, the series of type ${type}`);
      const values = checkedValues(desc, labelValues);
      checkTimes(desc, times);
      const { points, states, ...row } = make();
      const { created, timestamp } = times;
      this.#builder(desc, points, states).add({ labelValues: values, ...row, created, timestamp });
    } catch (error) {
      this.errors.push(error);
    }
  }

  // A bad exemplar is reported; the number it belongs to stays.
  #usable(desc: Desc, exemplars: readonly Exemplar[]): Exemplar[] {
    return [...exemplars].flatMap((exemplar) => {
      const usable = usableExemplar(exemplar);
      if (usable === undefined)
        this.errors.push(invalid(desc, 'its exemplar has labels or numbers that break the rules'));
      return usable === undefined ? [] : [usable];
    });
  }

  #builder(desc: Desc, points: readonly number[] = [], states: readonly string[] = []): SeriesBuilder {
    const key = JSON.stringify([desc.id, desc.dimensions, desc.labelNames, points, states]);
    const known = this.#builders.get(key);
    if (known !== undefined) return known.builder;
    const { constLabels, labelNames } = desc;
    const builder = new SeriesBuilder({ constLabels, labelNames, points, states });
    this.#builders.set(key, { head: desc, builder });
    return builder;
  }
}
