import { readFileSync } from 'node:fs';
import type { Exemplar, Family, MetricType, SeriesColumns, Snapshot } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { encode } from '../src/encode.ts';

interface GoldenMetric {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly value?: number | string;
  readonly timestamp_ms?: number;
  readonly created_seconds?: number;
  readonly sample_count?: number;
  readonly sample_count_float?: number;
  readonly sample_sum?: number | string;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number | string }[];
  readonly buckets?: readonly {
    readonly upper_bound: number | string;
    readonly cumulative_count?: number;
    readonly cumulative_count_float?: number;
    readonly exemplar?: Exemplar;
  }[];
}

interface GoldenCase {
  readonly id: string;
  readonly title: string;
  readonly family: {
    readonly name: string;
    readonly type: string;
    readonly help?: string;
    readonly unit?: string;
    readonly metrics: readonly GoldenMetric[];
  };
  readonly format: string;
  readonly options: { readonly created_lines: boolean };
  readonly expected: string;
}

const file = new URL('data/exposition-golden.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: GoldenCase[] };

// Lines that OpenMetrics forbids, as the cases' own notes say: Oriel leaves them out.
const forbidden: Readonly<Record<string, RegExp>> = {
  // A negative quantile and a negative sum.
  'om1-06': /^summary_name(\{quantile="0.5"\} -1.23|_sum -3.4567)\n/gm,
  // The unit is not the end of the name, for which Prometheus would refuse the whole scrape.
  'om1-16': /^# UNIT .*\n/gm,
};

describe('encode() writes the golden cases', () => {
  test.each(cases)('$id: $title', (golden) => {
    const openMetrics = golden.format.startsWith('application/openmetrics-text');
    const text = page(snapshotOf(golden), openMetrics, golden.options.created_lines);
    const expected = golden.expected.replace(forbidden[golden.id] ?? '', '');
    expect(text).toBe(openMetrics ? `${expected}# EOF\n` : expected);
  });
});

function page(snapshot: Snapshot, openMetrics: boolean, created: boolean): string {
  const chunks = encode(snapshot, {
    format: openMetrics ? 'openmetrics-1.0.0' : 'text-0.0.4',
    escaping: 'allow-utf-8',
    translation: 'NoTranslation',
    created,
  });
  return Buffer.concat([...chunks]).toString('utf8');
}

function snapshotOf({ family }: GoldenCase): Snapshot {
  const type = (family.type === 'untyped' ? 'unknown' : family.type) as MetricType;
  const head = { name: family.name, help: family.help ?? '', unit: family.unit ?? '', type };
  const families: Family[] = [{ ...head, parts: family.metrics.map((metric) => part(metric, type)) }];
  return { time: 0, families, errors: [] };
}

function part(metric: GoldenMetric, type: MetricType): SeriesColumns {
  const { cells, points } = cellsOf(metric, type);
  return {
    rows: 1,
    constLabels: [],
    labels: {
      names: metric.labels.map((label) => label.name),
      ids: new Int32Array(metric.labels.length),
      dictionaries: metric.labels.map((label) => [label.value]),
    },
    stride: cells.length,
    values: Float64Array.from(cells),
    points,
    states: [],
    created:
      metric.created_seconds === undefined ? undefined : Float64Array.of(metric.created_seconds * 1000),
    timestamps: metric.timestamp_ms === undefined ? undefined : Float64Array.of(metric.timestamp_ms),
  };
}

function cellsOf(metric: GoldenMetric, type: MetricType): { cells: number[]; points: number[] } {
  const count = metric.sample_count_float ?? metric.sample_count ?? 0;
  if (type === 'summary') {
    const quantiles = metric.quantiles ?? [];
    return {
      cells: [...quantiles.map(({ value }) => number(value)), number(metric.sample_sum), count],
      points: quantiles.map(({ quantile }) => quantile),
    };
  }
  if (type !== 'histogram' && type !== 'gauge_histogram')
    return { cells: [number(metric.value)], points: [] };
  const finite = (metric.buckets ?? []).filter(({ upper_bound }) => upper_bound !== '+Inf');
  const cumulative = [
    ...finite.map((bucket) => bucket.cumulative_count_float ?? bucket.cumulative_count ?? 0),
    count,
  ];
  const buckets = cumulative.map((total, i) => total - (cumulative[i - 1] ?? 0));
  return {
    cells: [...buckets, number(metric.sample_sum)],
    points: finite.map(({ upper_bound }) => number(upper_bound)),
  };
}

function number(value: number | string | undefined): number {
  return Number(String(value).replace('Inf', 'Infinity'));
}
