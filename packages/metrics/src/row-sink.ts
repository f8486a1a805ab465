import { bucketOf, checkBounds } from './buckets.ts';
import type {
  CounterOptions,
  CreatedOptions,
  FamilySink,
  HistogramData,
  HistogramOptions,
  SampleOptions,
  SummaryData,
} from './collector.ts';
import type { Desc, MetricType } from './desc.ts';
import { MetricsError } from './error.ts';
import { labelValue } from './label-value.ts';
import { type Layout, type Row, SeriesBuilder } from './series-builder.ts';
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
      refuse(desc, !(value >= 0), `its value is ${value}; a counter is 0 or more`);
      const { exemplar } = options;
      return { cells: [value], exemplars: exemplar && new Map([[0, exemplar]]) };
    });
  }

  gauge(desc: Desc, value: number, labelValues: readonly unknown[] = [], options: SampleOptions = {}): void {
    this.#write(desc, 'gauge', labelValues, options, () => ({ cells: [value] }));
  }

  unknown(
    desc: Desc,
    value: number,
    labelValues: readonly unknown[] = [],
    options: SampleOptions = {},
  ): void {
    this.#write(desc, 'unknown', labelValues, options, () => ({ cells: [value] }));
  }

  histogram(
    desc: Desc,
    data: HistogramData,
    labelValues: readonly unknown[] = [],
    options: HistogramOptions = {},
  ): void {
    this.#write(desc, 'histogram', labelValues, options, () => histogramRow(desc, data, options.exemplars));
  }

  gaugeHistogram(
    desc: Desc,
    data: HistogramData,
    labelValues: readonly unknown[] = [],
    options: SampleOptions = {},
  ): void {
    this.#write(desc, 'gauge_histogram', labelValues, options, () => histogramRow(desc, data));
  }

  summary(
    desc: Desc,
    data: SummaryData,
    labelValues: readonly unknown[] = [],
    options: CreatedOptions = {},
  ): void {
    this.#write(desc, 'summary', labelValues, options, () => {
      const quantiles = [...(data.quantiles ?? [])].sort(([a], [b]) => a - b);
      const outside = quantiles.find(([quantile]) => !(quantile >= 0 && quantile <= 1));
      refuse(desc, outside !== undefined, `quantile ${outside?.[0]} is outside 0 to 1`);
      return {
        cells: [...quantiles.map(([, value]) => value), data.sum, data.count],
        points: quantiles.map(([quantile]) => quantile),
      };
    });
  }

  info(desc: Desc, labelValues: readonly unknown[], options: SampleOptions = {}): void {
    this.#write(desc, 'info', labelValues, options, () => ({ cells: [] }));
  }

  stateSet(
    desc: Desc,
    states: Readonly<Record<string, boolean>>,
    labelValues: readonly unknown[] = [],
  ): void {
    this.#write(desc, 'state_set', labelValues, {}, () => ({
      cells: Object.values(states).map(Number),
      states: Object.keys(states),
    }));
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
    make: () => Pick<Row, 'cells' | 'exemplars'> & Pick<Layout, 'points' | 'states'>,
  ): void {
    if (this.#closed) return;
    try {
      refuse(desc, desc.type !== type, `its descriptor is a ${desc.type}, the series a ${type}`);
      const values = checkedValues(desc, labelValues);
      const { cells, exemplars, points, states } = make();
      const row = {
        labelValues: values,
        cells,
        exemplars,
        created: times.created,
        timestamp: times.timestamp,
      };
      this.#builder(desc, points, states).add(row);
    } catch (error) {
      this.errors.push(error);
    }
  }

  #builder(desc: Desc, points: readonly number[] = [], states: readonly string[] = []): SeriesBuilder {
    const key = JSON.stringify([desc.id, desc.dimensions, points, states]);
    const known = this.#builders.get(key);
    if (known !== undefined) return known.builder;
    const { constLabels, labelNames } = desc;
    const builder = new SeriesBuilder({ constLabels, labelNames, points, states });
    this.#builders.set(key, { head: desc, builder });
    return builder;
  }
}

function histogramRow(
  desc: Desc,
  data: HistogramData,
  exemplars: readonly Exemplar[] = [],
): Pick<Row, 'cells' | 'exemplars'> & Pick<Layout, 'points'> {
  const buckets = [...data.buckets]
    .sort(([a], [b]) => a - b)
    .filter(([bound]) => bound !== Number.POSITIVE_INFINITY);
  const points = checkBounds(
    buckets.map(([bound]) => bound),
    `histogram "${desc.name}"`,
  );
  const cumulative = [...buckets.map(([, count]) => count), data.count];
  const cells = cumulative.map((count, i) => count - (i === 0 ? 0 : cumulative[i - 1]));
  refuse(
    desc,
    !cells.every((cell) => cell >= 0),
    'its bucket counts fall; cumulative counts must rise up to the count',
  );
  const placed = exemplars.map((exemplar) => [bucketOf(points, exemplar.value), exemplar] as const);
  return { cells: [...cells, data.sum], points, exemplars: new Map(placed) };
}

function checkedValues(desc: Desc, labelValues: readonly unknown[]): string[] {
  const wanted = desc.labelNames.length;
  refuse(
    desc,
    labelValues.length !== wanted,
    `it has ${labelValues.length} label values; ${wanted} are defined`,
  );
  return labelValues.map((raw, i) => {
    const value = labelValue(raw);
    refuse(desc, value === undefined, `label "${desc.labelNames[i]}" is a value of type ${typeof raw}`);
    return value as string;
  });
}

function refuse(desc: Desc, wrong: boolean, what: string): void {
  if (!wrong) return;
  throw new MetricsError('SERIES_INVALID', {
    message: `Cannot collect ${desc.type} "${desc.name}": ${what}`,
    details: { family: desc.name },
  });
}
