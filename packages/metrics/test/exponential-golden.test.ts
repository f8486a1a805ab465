import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../src/histogram.ts';
import {
  BucketSpans,
  countOf,
  type ExponentialBuckets,
  exponentialOf,
  Registry,
  sumOf,
} from '../src/index.ts';

interface Golden {
  readonly id: string;
  readonly options: {
    readonly bucket_factor: number;
    readonly zero_threshold: number | null;
    readonly max_buckets: number;
    readonly max_zero_threshold: number;
    readonly min_reset_seconds: number;
  };
  readonly observations: readonly (number | string)[];
  readonly expected: {
    readonly sample_count: number;
    readonly sample_sum: number | string;
    readonly schema?: number;
    readonly zero_threshold?: number;
    readonly zero_count?: number;
    readonly created_offset_seconds: number;
    readonly classic_buckets?: readonly {
      readonly upper_bound: number;
      readonly cumulative_count: number;
    }[];
    readonly [name: string]: unknown;
  };
}

const file = new URL('data/native-histogram-golden.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Golden[] };

const texts: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

function numberOf(given: number | string): number {
  return typeof given === 'number' ? given : texts[given];
}

// The clock of the cases: a value each minute, and it has moved on when something is due.
async function observed({ options, observations }: Golden) {
  let seconds = 0;
  const exponential = {
    factor: options.bucket_factor,
    zeroThreshold: options.zero_threshold ?? undefined,
    maxBuckets: options.max_buckets,
    maxZeroThreshold: options.max_zero_threshold,
    minResetInterval: options.min_reset_seconds * 1000,
  };
  const native = options.bucket_factor > 1 ? { exponential } : {};
  const histogram = new Histogram({ name: 'h', now: () => seconds * 1000, ...native });
  for (const value of observations) {
    seconds += 60;
    histogram.observe(numberOf(value));
  }
  const registry = new Registry();
  registry.register(histogram);
  const { families } = await registry.gather();
  return families[0];
}

function spansOf(buckets: ExponentialBuckets, marked: boolean) {
  const spans = new BucketSpans();
  if (marked) spans.loadEmpty();
  else spans.load(buckets);
  const list = spans.offsets.map((offset, i) => ({ offset, length: spans.lengths[i] }));
  return {
    spans: list.length === 0 ? undefined : list,
    deltas: spans.deltas.length === 0 ? undefined : spans.deltas,
  };
}

describe('a histogram counts as client_golang does', () => {
  test('in all 13 cases', () => expect(cases).toHaveLength(13));

  test.each(cases)('$id', async (golden) => {
    const { expected } = golden;
    const family = await observed(golden);
    const [part] = family.parts;
    expect(countOf(part, family.type, 0)).toBe(expected.sample_count);
    const sum = numberOf(expected.sample_sum);
    if (Number.isFinite(sum)) expect(Math.abs(sumOf(part, family.type, 0) - sum)).toBeLessThan(1e-13);
    else expect(sumOf(part, family.type, 0)).toBe(sum);
    expect(part.created?.[0]).toBe(expected.created_offset_seconds * 1000);
    if (expected.classic_buckets !== undefined) {
      let count = 0;
      const buckets = part.points.map((bound, i) => {
        count += part.values[i];
        return { upper_bound: bound, cumulative_count: count };
      });
      expect(buckets).toEqual(expected.classic_buckets);
      expect(part.exponential).toBeUndefined();
      return;
    }
    const row = exponentialOf(part.exponential!, 0);
    expect(row.schema).toBe(expected.schema);
    expect(row.zeroThreshold / (expected.zero_threshold || 1)).toBeCloseTo(
      expected.zero_threshold ? 1 : 0,
      14,
    );
    expect(row.zeroCount).toBe(expected.zero_count);
    const marked =
      row.zeroThreshold === 0 &&
      row.zeroCount + row.positive.counts.length + row.negative.counts.length === 0;
    const positive = spansOf(row.positive, marked);
    const negative = spansOf(row.negative, false);
    expect(positive.spans).toEqual(expected.positive_spans);
    expect(positive.deltas).toEqual(expected.positive_deltas);
    expect(negative.spans).toEqual(expected.negative_spans);
    expect(negative.deltas).toEqual(expected.negative_deltas);
  });
});
