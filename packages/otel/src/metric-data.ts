import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type ExponentialHistogram,
  type GaugeMetricData,
  type Histogram,
  type MetricData,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';
import {
  countOf,
  exponentialOf,
  exponentialPoint,
  type MetricType,
  type SeriesColumns,
  sampleNames,
  sumOf,
} from '@oriel/metrics';
import { RangePoints, type RowRange } from './range-points.ts';
import { unitCode } from './unit-code.ts';

/** How the rows of a snapshot are to be told. */
export interface PointFacts {
  /** The snapshot's, in milliseconds since the epoch. */
  readonly time: number;
  /** Whether counts are totals or what was added. */
  readonly temporality: AggregationTemporality;
}

/**
 * The rows of a range as OpenTelemetry metrics, by the table of this package's README.
 *
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", "Prometheus Metric points to OTLP".
 */
export function metricsOf(range: RowRange, facts: PointFacts): MetricData[] {
  return writers[range.family.type](new Writing(range, facts));
}

/** What all metrics of a range have in common. */
class Writing {
  readonly part: SeriesColumns;
  readonly points: RangePoints;
  readonly #range: RowRange;
  readonly #temporality: AggregationTemporality;

  constructor(range: RowRange, { time, temporality }: PointFacts) {
    this.part = range.part;
    this.points = new RangePoints(range, time);
    this.#range = range;
    this.#temporality = temporality;
  }

  get name(): string {
    return this.#range.family.name;
  }

  get type(): MetricType {
    return this.#range.family.type;
  }

  gauge(dataPoints: GaugeMetricData['dataPoints'], name = this.name): GaugeMetricData {
    const aggregationTemporality = AggregationTemporality.CUMULATIVE;
    const descriptor = this.#descriptor(name);
    return { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
  }

  /** A sum that only rises. */
  counter(dataPoints: SumMetricData['dataPoints'], name = this.name, isMonotonic = true): SumMetricData {
    const descriptor = this.#descriptor(name);
    const dataPointType = DataPointType.SUM;
    return { descriptor, aggregationTemporality: this.#temporality, dataPointType, dataPoints, isMonotonic };
  }

  /** A 1 that adds up over labels. */
  presence(dataPoints: SumMetricData['dataPoints'], name = this.name): SumMetricData {
    return {
      ...this.counter(dataPoints, name, false),
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
  }

  histogram(): MetricData {
    const { part, type } = this;
    const { values, stride } = part;
    const boundaries = [...part.points];
    return {
      descriptor: this.#descriptor(this.name),
      aggregationTemporality: this.#temporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: this.points.of((row): Histogram => {
        const counts = Array.from(values.subarray(row * stride, (row + 1) * stride - 1));
        const sum = knownSum(part, type, row);
        return { buckets: { boundaries, counts }, count: countOf(part, type, row), sum };
      }),
    };
  }

  exponential(buckets: NonNullable<SeriesColumns['exponential']>): MetricData {
    return {
      descriptor: this.#descriptor(this.name),
      aggregationTemporality: this.#temporality,
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: this.points.of((row): ExponentialHistogram => {
        const { scale, count, zeroCount, positive, negative } = exponentialPoint(exponentialOf(buckets, row));
        const sum = knownSum(this.part, this.type, row);
        return {
          count,
          sum,
          scale,
          zeroCount,
          positive: { offset: positive.offset, bucketCounts: [...positive.bucketCounts] },
          negative: { offset: negative.offset, bucketCounts: [...negative.bucketCounts] },
        };
      }),
    };
  }

  #descriptor(name: string): MetricData['descriptor'] {
    const { help: description, unit } = this.#range.family;
    return { name, description, unit: unitCode(unit), valueType: ValueType.DOUBLE };
  }
}

function knownSum(part: SeriesColumns, type: MetricType, row: number): number | undefined {
  const sum = sumOf(part, type, row);
  return Number.isNaN(sum) ? undefined : sum;
}

const writers: Readonly<Record<MetricType, (out: Writing) => MetricData[]>> = {
  counter: (out) => [out.counter(values(out))],
  gauge: (out) => [out.gauge(values(out))],
  unknown: (out) => [out.gauge(values(out))],
  histogram: (out) => [out.histogram()],
  exponential_histogram: (out) => [
    out.part.exponential === undefined ? out.histogram() : out.exponential(out.part.exponential),
  ],
  gauge_histogram: gaugeHistogram,
  summary,
  info: (out) => [
    out.presence(
      out.points.of(() => 1),
      sampleNames(out.name, 'info')[1],
    ),
  ],
  state_set: (out) => [
    out.presence(out.part.states.flatMap((state, i) => out.points.of(cell(out, i), [out.name, state]))),
  ],
};

function values(out: Writing): SumMetricData['dataPoints'] {
  const { values: cells } = out.part;
  return out.points.of((row) => cells[row]);
}

/** Reads the same cell of each row. */
function cell({ part }: Writing, place: number): (row: number) => number {
  const { values: cells, stride } = part;
  return (row) => cells[row * stride + place];
}

// OpenTelemetry's SDK has no summaries: as Prometheus' lines of one.
function summary(out: Writing): MetricData[] {
  const { points: quantiles, stride } = out.part;
  const values = quantiles.flatMap((quantile, i) =>
    out.points.of(cell(out, i), ['quantile', String(quantile)]),
  );
  return [
    ...(quantiles.length === 0 ? [] : [out.gauge(values)]),
    // Of negative observations it falls.
    out.counter(out.points.of(cell(out, stride - 2)), `${out.name}_sum`, false),
    out.counter(out.points.of(cell(out, stride - 1)), `${out.name}_count`),
  ];
}

// OpenTelemetry has no histograms whose counts may fall: as OpenMetrics' lines of one.
function gaugeHistogram(out: Writing): MetricData[] {
  const { part } = out;
  const below = (bucket: number) => (row: number) => {
    let count = 0;
    for (let place = 0; place <= bucket; place++) count += part.values[row * part.stride + place];
    return count;
  };
  const bounds = [...part.points.map(String), '+Inf'];
  return [
    out.gauge(
      bounds.flatMap((bound, i) => out.points.of(below(i), ['le', bound])),
      `${out.name}_bucket`,
    ),
    out.gauge(out.points.of(below(part.points.length)), `${out.name}_gcount`),
    out.gauge(out.points.of(cell(out, part.stride - 1)), `${out.name}_gsum`),
  ];
}
