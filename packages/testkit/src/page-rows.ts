import type { Exemplar, MetricType } from '@oriel/metrics';
import { type PageFormat, type ReadSample, readExemplar, readPage } from './page-reader.ts';
import { type Row, rowKey } from './row.ts';

/** A sample of a flat protocol, such as a line of a page or a series of remote write. */
export type FlatSample = Pick<ReadSample, 'name' | 'labels' | 'value'> & {
  /** Milliseconds since the epoch. */
  readonly time?: number;
  readonly exemplar?: Exemplar;
};

/**
 * The series of a page as rows; throws at the first thing that breaks the format, as {@link readPage} does.
 *
 * @example
 * const [row] = rowsOfPage('# TYPE up gauge\nup{job="a"} 1\n', 'text');
 * assert.deepEqual([row.name, row.labels.job, row.value], ['up', 'a', 1]);
 */
export function rowsOfPage(page: string, format: PageFormat): Row[] {
  const second = format === 'openmetrics' ? 1000 : 1;
  return readPage(page, format).flatMap((family) => {
    const kind = kinds[family.type] ?? 'unknown';
    const samples = family.samples.map((sample) => ({
      ...sample,
      time: sample.timestamp === undefined ? undefined : Number(sample.timestamp) * second,
      exemplar: sample.exemplar === undefined ? undefined : readExemplar(sample.exemplar),
    }));
    return rowsOfFamily(family.name, kind, samples);
  });
}

/**
 * Puts the samples of one family together again: `_bucket`, `_sum`, `_count`, `_created` and the quantiles of one
 * series are one row. The name of a counter or an info is that of its sample.
 */
export function rowsOfFamily(name: string, kind: MetricType, samples: readonly FlatSample[]): Row[] {
  const rows = new Map<string, GrowingRow>();
  for (const sample of samples) {
    const ending = endingOf(name, kind, sample.name);
    const own = ownLabel(name, kind, ending);
    const labels = Object.fromEntries(
      [...sample.labels].filter(([label, value]) => label !== own && value !== ''),
    );
    const full = fullName(name, kind);
    const key = rowKey({ name: full, labels });
    const row = rows.get(key) ?? { name: full, labels, kind };
    rows.set(key, row);
    fill(row, ending, sample, own === undefined ? undefined : sample.labels.get(own));
  }
  return [...rows.values()];
}

const kinds: Readonly<Record<string, MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'gauge_histogram',
  summary: 'summary',
  info: 'info',
  stateset: 'state_set',
};

type GrowingRow = { -readonly [K in keyof Row]: Row[K] };

function fullName(name: string, kind: MetricType): string {
  const ending = kind === 'counter' ? '_total' : kind === 'info' ? '_info' : '';
  return name.endsWith(ending) ? name : name + ending;
}

function endingOf(name: string, kind: MetricType, sample: string): string {
  if (kind === 'counter' || kind === 'info') return sample.endsWith('_created') ? '_created' : '';
  return sample.slice(name.length);
}

function ownLabel(name: string, kind: MetricType, ending: string): string | undefined {
  if (ending === '_bucket') return 'le';
  if (kind === 'summary' && ending === '') return 'quantile';
  return kind === 'state_set' ? name : undefined;
}

function fill(row: GrowingRow, ending: string, sample: FlatSample, own: string | undefined): void {
  if (sample.time !== undefined) row.time = sample.time;
  if (sample.exemplar !== undefined) row.exemplars = [...(row.exemplars ?? []), sample.exemplar];
  if (ending === '_created') row.start = sample.value * 1000;
  else if (ending === '_bucket') row.buckets = [...(row.buckets ?? []), [boundOf(own), sample.value]];
  else if (ending === '_sum' || ending === '_gsum') row.sum = sample.value;
  else if (ending === '_count' || ending === '_gcount') row.count = sample.value;
  else if (row.kind === 'state_set') row.states = { ...row.states, [own ?? '']: sample.value === 1 };
  else if (row.kind === 'summary') row.quantiles = [...(row.quantiles ?? []), [Number(own), sample.value]];
  else row.value = sample.value;
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}
