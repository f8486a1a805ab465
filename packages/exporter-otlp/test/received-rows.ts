import { type FlatSample, type Row, rowsOfFamily } from '@oriel/testkit';
import type {
  ExponentialPoint,
  ExportRequest,
  HistogramPoint,
  KeyValue,
  Metric,
  NumberPoint,
  ReceivedExemplar,
} from './otlp-messages.ts';

/** What a request says, as rows; summaries and gauge histograms are put together from their metrics. */
export function rowsOfRequest({ resourceMetrics }: ExportRequest): Row[] {
  const metrics = resourceMetrics.flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics));
  const named = Map.groupBy(metrics, ({ name }) => name);
  const taken = new Set<string>();
  const rows: Row[] = [];
  for (const [ending, kind] of endings) {
    for (const name of named.keys()) {
      if (!name.endsWith(ending)) continue;
      const base = name.slice(0, -ending.length);
      const parts = members[kind].map((end) => base + end).filter((member) => named.has(member));
      if (parts.length < 2) continue;
      for (const part of parts) taken.add(part);
      const samples = parts.flatMap((part) => (named.get(part) ?? []).flatMap(samplesOf));
      rows.push(...rowsOfFamily(base, kind, samples));
    }
  }
  return [...rows, ...metrics.filter(({ name }) => !taken.has(name)).flatMap(rowsOfMetric)];
}

const endings = [
  ['_gcount', 'gauge_histogram'],
  ['_count', 'summary'],
] as const;

const members = {
  gauge_histogram: ['_bucket', '_gcount', '_gsum'],
  summary: ['', '_sum', '_count'],
} as const;

function samplesOf(metric: Metric): FlatSample[] {
  const points = metric.gauge?.dataPoints ?? metric.sum?.dataPoints ?? [];
  return points.map((point) => ({
    name: metric.name,
    labels: new Map(Object.entries(labelsOf(point.attributes))),
    value: numberOf(point),
    time: timeOf(point.timeUnixNano),
  }));
}

function rowsOfMetric(metric: Metric): Row[] {
  const { name, gauge, sum, histogram, exponentialHistogram } = metric;
  const kind = sum?.isMonotonic ? 'counter' : 'gauge';
  const numbers = (gauge ?? sum)?.dataPoints ?? [];
  return [
    ...numbers.map((point): Row => ({ ...common(name, point), kind, value: numberOf(point) })),
    ...(histogram?.dataPoints ?? []).map((point) => histogramRow(name, point)),
    ...(exponentialHistogram?.dataPoints ?? []).map((point) => exponentialRow(name, point)),
  ];
}

function histogramRow(name: string, point: HistogramPoint): Row {
  const bounds = [...point.explicitBounds, Number.POSITIVE_INFINITY];
  let cumulative = 0;
  const buckets = bounds.map((bound, i) => {
    cumulative += Number(point.bucketCounts[i]);
    return [bound, cumulative] as const;
  });
  return { ...common(name, point), kind: 'histogram', count: Number(point.count), sum: point.sum, buckets };
}

function exponentialRow(name: string, point: ExponentialPoint): Row {
  const pairs = ({ offset, bucketCounts }: ExponentialPoint['positive']) =>
    bucketCounts
      .map((count, i) => [offset + 1 + i, Number(count)] as const)
      .filter(([, count]) => count !== 0);
  return {
    ...common(name, point),
    kind: 'exponential_histogram',
    count: Number(point.count),
    sum: point.sum,
    exponential: {
      schema: point.scale,
      zeroThreshold: point.zeroThreshold,
      zeroCount: Number(point.zeroCount),
      positive: pairs(point.positive),
      negative: pairs(point.negative),
    },
  };
}

function common(name: string, point: Omit<NumberPoint, 'asDouble' | 'asInt'>) {
  return {
    name,
    labels: labelsOf(point.attributes),
    start: timeOf(point.startTimeUnixNano),
    time: timeOf(point.timeUnixNano),
    ...(point.exemplars.length > 0 && { exemplars: point.exemplars.map(exemplarOf) }),
  };
}

function exemplarOf({ filteredAttributes, asDouble, timeUnixNano, spanId, traceId }: ReceivedExemplar) {
  const ids = {
    span_id: Buffer.from(spanId).toString('hex'),
    trace_id: Buffer.from(traceId).toString('hex'),
  };
  const labels = Object.entries({ ...labelsOf(filteredAttributes), ...ids })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
  return { labels, value: asDouble, timestamp: timeOf(timeUnixNano) };
}

function numberOf({ asDouble, asInt }: NumberPoint): number {
  return asDouble ?? Number(asInt);
}

/** The attributes by name; two of one name are an error. */
export function labelsOf(attributes: readonly KeyValue[]): Record<string, string> {
  const labels = new Map<string, string>();
  for (const { key, value } of attributes) {
    if (labels.has(key)) throw new Error(`attribute "${key}" stands twice`);
    labels.set(key, String(value.stringValue ?? value.intValue));
  }
  return Object.fromEntries(labels);
}

function timeOf(nanoseconds: string): number | undefined {
  return nanoseconds === '0' ? undefined : Number(BigInt(nanoseconds) / 1000n) / 1000;
}
