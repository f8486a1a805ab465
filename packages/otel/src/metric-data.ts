import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import {
  countOf,
  exponentialOf,
  exponentialPoint,
  type MetricType,
  type SeriesColumns,
  sumOf,
} from '@oriel/metrics';
import { type MetricKind, type PlannedMetric, plannedMetrics } from './planned-metric.ts';
import { RangePoints, type RowRange } from './range-points.ts';
import { unitCode } from './unit-code.ts';

/** How rows are to be told. */
export interface PointFacts {
  /** The snapshot's, in milliseconds since the epoch. */
  readonly time: number;
  /** Whether counts are totals or what was added, which the snapshot has to be by then. */
  readonly temporality: 'cumulative' | 'delta';
  /** The most buckets of one sign that an exponential histogram may have; else its scale is lowered. Default: 160. */
  readonly maxBuckets?: number;
}

/** The rows of a range as OpenTelemetry metrics. */
export function metricsOf(range: RowRange, facts: PointFacts): MetricData[] {
  const points = new RangePoints(range, facts.time);
  const writing: Writing = { range, points, maxBuckets: facts.maxBuckets };
  return plannedMetrics(range.family, range.part).map((metric) => {
    const isDelta = metric.addsUp && facts.temporality === 'delta';
    const { DELTA, CUMULATIVE } = AggregationTemporality;
    return {
      descriptor: descriptorOf(range, metric),
      aggregationTemporality: isDelta ? DELTA : CUMULATIVE,
      ...dataOf[metric.kind](writing, metric),
    } as MetricData;
  });
}

interface Writing {
  readonly range: RowRange;
  readonly points: RangePoints;
  readonly maxBuckets: number | undefined;
}

function descriptorOf({ family }: RowRange, { name }: PlannedMetric): MetricData['descriptor'] {
  const { help: description, unit } = family;
  return { name, description, unit: unitCode(unit), valueType: ValueType.DOUBLE };
}

type Data = Pick<MetricData, 'dataPointType' | 'dataPoints'> & { readonly isMonotonic?: boolean };

const dataOf: Readonly<Record<MetricKind, (out: Writing, metric: PlannedMetric) => Data>> = {
  gauge: (out, metric) => ({ dataPointType: DataPointType.GAUGE, dataPoints: numbers(out, metric) }),
  sum: (out, metric) => ({
    dataPointType: DataPointType.SUM,
    dataPoints: numbers(out, metric),
    isMonotonic: metric.isMonotonic,
  }),
  histogram,
  exponential_histogram: exponential,
};

function numbers({ points }: Writing, { lines }: PlannedMetric): ReturnType<typeof points.of<number>> {
  const [first, ...others] = lines.map(({ read, attribute }) => points.of(read, attribute));
  // As they are where there is one line: there may be very many.
  return others.length === 0 ? (first ?? []) : first.concat(...others);
}

function histogram({ points, range }: Writing): Data {
  const { part, family } = range;
  const { values, stride } = part;
  const boundaries = [...part.points];
  const dataPoints = points.of((row): Histogram => {
    const counts = Array.from(values.subarray(row * stride, (row + 1) * stride - 1));
    const sum = knownSum(part, family.type, row);
    return { buckets: { boundaries, counts }, count: countOf(part, family.type, row), sum };
  });
  return { dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

function exponential({ points, range, maxBuckets }: Writing): Data {
  const { part, family } = range;
  const dataPoints = points.of((row): ExponentialHistogram => {
    // Otherwise the rows are planned as something else.
    const one = exponentialOf(part.exponential!, row);
    const { scale, count, zeroCount, positive, negative } = exponentialPoint(one, maxBuckets);
    return {
      count,
      sum: knownSum(part, family.type, row),
      scale,
      zeroCount,
      positive: { offset: positive.offset, bucketCounts: [...positive.bucketCounts] },
      negative: { offset: negative.offset, bucketCounts: [...negative.bucketCounts] },
    };
  });
  return { dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints };
}

function knownSum(part: SeriesColumns, type: MetricType, row: number): number | undefined {
  const sum = sumOf(part, type, row);
  return Number.isNaN(sum) ? undefined : sum;
}
