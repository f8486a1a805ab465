import type { Exemplar, MetricType } from '@oriel/metrics';
import { type ReceivedRequest, type Row, type RowBuckets, rowsOfFamily } from '@oriel/testkit';
import { uncompress } from 'snappyjs';
import { type ReadHistogram, type ReadMetadata, type ReadSeries, readMessage } from './message-reader.ts';
import { versionOf } from './receiver.ts';

const kinds: Readonly<Record<string, MetricType>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  HISTOGRAM: 'histogram',
  GAUGEHISTOGRAM: 'gauge_histogram',
  SUMMARY: 'summary',
  INFO: 'info',
  STATESET: 'state_set',
};
const endings: Readonly<Partial<Record<MetricType, RegExp>>> = {
  histogram: /_(bucket|sum|count)$/,
  gauge_histogram: /_(bucket|gsum|gcount)$/,
  summary: /_(sum|count)$/,
};

/** Puts what a receiver took together again as rows; metadata of 1.0 is remembered from request to request. */
export class ReceivedRows {
  readonly #metadata = new Map<string, ReadMetadata>();
  readonly #external: ReadonlySet<string>;

  /** Labels of these names are taken off. */
  constructor(external: readonly string[] = ['job', 'instance']) {
    this.#external = new Set(external);
  }

  of(requests: readonly ReceivedRequest[]): Row[] {
    const series = stored(requests.flatMap((request) => this.#seriesOf(request)));
    const rows = Map.groupBy(series, (each) => this.#rowOf(each));
    return [...rows.values()].flatMap((each) =>
      each[0].histograms.length > 0 ? each.map((one) => this.#histogram(one)) : this.#flat(each),
    );
  }

  #seriesOf(request: ReceivedRequest): readonly ReadSeries[] {
    const message = Buffer.from(uncompress(request.body));
    const { series, metadata } = readMessage(message, versionOf(request));
    for (const [name, each] of metadata) this.#metadata.set(name, each);
    return series;
  }

  // What the series of one row have in common: family, labels, and whether they have ended.
  #rowOf(series: ReadSeries): string {
    const [name, kind] = this.#familyOf(series);
    const own = ownLabels[kind] ?? name;
    const labels = this.#own(series).filter(([label]) => label !== own);
    return JSON.stringify([name, kind, labels, isEnded(series), series.histograms.length, timeOf(series)]);
  }

  #flat(series: readonly ReadSeries[]): Row[] {
    const [name, kind] = this.#familyOf(series[0]);
    const samples = series.map((each) => ({
      name: nameOf(each),
      labels: new Map(this.#own(each)),
      value: each.samples[0].value,
      time: each.samples[0].time,
    }));
    const exemplars = series.flatMap(exemplarsOf);
    const start = series.map((each) => each.samples[0].start).find((each) => each !== undefined);
    const extra = { start, ended: isEnded(series[0]), ...(exemplars.length > 0 && { exemplars }) };
    return rowsOfFamily(name, kind, samples).map((row) => ({ ...row, ...extra }));
  }

  #histogram(series: ReadSeries): Row {
    const [histogram] = series.histograms;
    return {
      name: nameOf(series),
      labels: Object.fromEntries(this.#own(series)),
      kind: 'exponential_histogram',
      count: histogram.count,
      sum: histogram.sum,
      exponential: bucketsOf(histogram),
      start: histogram.start,
      time: histogram.time,
      exemplars: exemplarsOf(series),
      ended: histogram.stale,
    };
  }

  #own({ labels }: ReadSeries): (readonly [string, string])[] {
    return labels.filter(([name]) => name !== '__name__' && !this.#external.has(name));
  }

  #familyOf(series: ReadSeries): readonly [name: string, kind: MetricType] {
    const name = nameOf(series);
    if (series.metadata !== undefined) return familyOf(name, kinds[series.metadata.type] ?? 'unknown');
    for (const base of [name, name.replace(/_(bucket|g?sum|g?count)$/, '')]) {
      const known = this.#metadata.get(base);
      if (known !== undefined) return [base, kinds[known.type] ?? 'unknown'];
    }
    return [name, 'unknown'];
  }
}

const ownLabels: Readonly<Partial<Record<MetricType, string>>> = {
  histogram: 'le',
  gauge_histogram: 'le',
  summary: 'quantile',
  counter: '',
  gauge: '',
  info: '',
  unknown: '',
};

/** What a receiver stores: nothing of a sample that it has, and no other value of its time. */
function stored(series: readonly ReadSeries[]): readonly ReadSeries[] {
  const known = new Map<string, ReadSeries>();
  for (const each of series) {
    const key = JSON.stringify([each.labels, timeOf(each)]);
    const before = known.get(key);
    if (before !== undefined && JSON.stringify(before.samples) !== JSON.stringify(each.samples))
      throw new Error(`another value for the same time: ${key}`);
    known.set(key, each);
  }
  return [...known.values()];
}

function timeOf({ samples, histograms }: ReadSeries): number {
  return [...samples, ...histograms][0].time;
}

function isEnded({ samples, histograms }: ReadSeries): boolean {
  return [...samples, ...histograms].some(({ stale }) => stale);
}

function familyOf(name: string, kind: MetricType): readonly [string, MetricType] {
  return [name.replace(endings[kind] ?? '', ''), kind];
}

function nameOf({ labels }: ReadSeries): string {
  return labels.find(([name]) => name === '__name__')?.[1] ?? '';
}

function bucketsOf({ schema, zeroThreshold, zeroCount, positive, negative }: ReadHistogram): RowBuckets {
  return { schema, zeroThreshold, zeroCount, positive, negative };
}

function exemplarsOf({ exemplars }: ReadSeries): Exemplar[] {
  return exemplars.map(({ labels, value, time }) => ({
    labels: labels.map(([name, text]) => ({ name, value: text })),
    value,
    timestamp: time,
  }));
}
