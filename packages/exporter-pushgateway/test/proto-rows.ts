import type { Exemplar, MetricType } from '@oriel/metrics';
import type { Row, RowBuckets } from '@oriel/testkit';
import { type Message, readFamilies } from '../../exporter-prometheus/test/proto-reader.ts';

const kinds: Readonly<Record<string, MetricType>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  UNTYPED: 'unknown',
  HISTOGRAM: 'histogram',
  SUMMARY: 'summary',
};

/** The series of delimited families. */
export function rowsOfFamilies(page: Uint8Array): Row[] {
  return readFamilies(page).flatMap((family) =>
    list(family.metric).map((metric) => rowOf(String(family.name), kinds[String(family.type)], metric)),
  );
}

function rowOf(name: string, kind: MetricType, metric: Message): Row {
  const labels = Object.fromEntries(list(metric.label).map((pair) => [pair.name, pair.value]));
  const { counter, gauge, untyped, summary, histogram } = metric as Record<string, Message>;
  const base = {
    name,
    kind,
    labels: labels as Row['labels'],
    time: metric.timestamp_ms as number | undefined,
  };
  if (histogram !== undefined) return { ...base, ...histogramRow(histogram) };
  if (summary !== undefined) {
    const quantiles = list(summary.quantile).map(
      (each) => [Number(each.quantile), Number(each.value)] as const,
    );
    return { ...base, count: Number(summary.sample_count), sum: Number(summary.sample_sum), quantiles };
  }
  const single = counter ?? gauge ?? untyped;
  return { ...base, value: Number(single.value), exemplars: exemplarsOf([single]) };
}

function histogramRow(histogram: Message): Partial<Row> {
  const count = Number(histogram.sample_count);
  const classic = list(histogram.bucket);
  const totals = { count, sum: Number(histogram.sample_sum) };
  const buckets = classic.map((each) => [Number(each.upper_bound), Number(each.cumulative_count)] as const);
  const native = histogram.schema === undefined ? undefined : nativeOf(histogram);
  const exemplars = exemplarsOf([...classic, ...list(histogram.exemplars).map((exemplar) => ({ exemplar }))]);
  if (native !== undefined && classic.length === 0)
    return { ...totals, kind: 'exponential_histogram', exponential: native, exemplars };
  const ended = buckets.at(-1)?.[0] === Number.POSITIVE_INFINITY;
  const all = ended ? buckets : [...buckets, [Number.POSITIVE_INFINITY, count] as const];
  const kind = native === undefined ? 'histogram' : 'exponential_histogram';
  return { ...totals, kind, buckets: all, exponential: native, exemplars };
}

function nativeOf(histogram: Message): RowBuckets {
  return {
    schema: Number(histogram.schema),
    zeroThreshold: Number(histogram.zero_threshold ?? 0),
    zeroCount: Number(histogram.zero_count ?? 0),
    positive: spread(list(histogram.positive_span), histogram.positive_delta),
    negative: spread(list(histogram.negative_span), histogram.negative_delta),
  };
}

function spread(spans: readonly Message[], deltas: unknown): [number, number][] {
  const found: [number, number][] = [];
  let [index, count, at] = [0, 0, 0];
  for (const span of spans) {
    index += Number(span.offset ?? 0);
    for (let i = 0; i < Number(span.length); i++) {
      count += Number((deltas as number[])[at++]);
      if (count > 0) found.push([index, count]);
      index++;
    }
  }
  return found;
}

function exemplarsOf(holders: readonly Message[]): Exemplar[] | undefined {
  const found = holders.flatMap(({ exemplar }) => (exemplar === undefined ? [] : [exemplar as Message]));
  if (found.length === 0) return undefined;
  return found.map((each) => {
    const time = each.timestamp as { seconds?: number; nanos?: number } | undefined;
    return {
      labels: list(each.label).map((pair) => ({ name: String(pair.name), value: String(pair.value) })),
      value: Number(each.value),
      ...(time !== undefined && { timestamp: (time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6 }),
    };
  });
}

function list(value: unknown): readonly Message[] {
  return (value ?? []) as readonly Message[];
}
