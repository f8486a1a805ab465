import type { MetricType } from './desc.ts';

const suffixes: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['', '_total', '_created'],
  gauge: [''],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  exponential_histogram: ['', '_bucket', '_count', '_sum', '_created'],
  gauge_histogram: ['', '_bucket', '_count', '_sum', '_gcount', '_gsum'],
  summary: ['', '_count', '_sum', '_created'],
  info: ['', '_info'],
  state_set: [''],
  unknown: [''],
};

// OpenMetrics names these families without their suffix.
const familySuffix: Partial<Record<MetricType, string>> = { counter: '_total', info: '_info' };

/**
 * Every family and sample name a family may write in any format.
 *
 * Two families of one page must not share one, or a reader takes their samples for the same series.
 */
export function sampleNames(name: string, type: MetricType): string[] {
  const suffix = familySuffix[type];
  const base = suffix !== undefined && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  return suffixes[type].map((end) => base + end);
}
