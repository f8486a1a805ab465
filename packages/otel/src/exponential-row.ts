import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import {
  downscaleExponential,
  type ExponentialBuckets,
  type ExponentialRow,
  exponentialBound,
} from '@oriel/metrics';
import { areCounts } from './explicit-histogram.ts';

const HIGHEST_SCHEMA = 8;

/**
 * The buckets of an OpenTelemetry histogram; `undefined` if no number can be in one of them.
 *
 * Shape: indices are one higher, as a bucket is named after its upper bound here. Above scale 8 whole buckets are put
 * together, so nothing is guessed. Zero is exact, unless a producer tells a threshold, which the SDK does not know.
 */
export function exponentialRow(value: ExponentialHistogram): ExponentialRow | undefined {
  const { scale: schema, zeroCount, positive, negative } = value;
  if (!areCounts([zeroCount], 0, 1)) return undefined;
  const fine = { schema, zeroCount, zeroThreshold: thresholdOf(value) };
  const row = downscaleExponential(
    { ...fine, positive: sparse(positive), negative: sparse(negative) },
    HIGHEST_SCHEMA,
  );
  return [row.positive, row.negative].every((buckets) => isPossible(buckets, row.schema)) ? row : undefined;
}

function thresholdOf({ zeroThreshold = 0 }: ExponentialHistogram & { zeroThreshold?: number }): number {
  return zeroThreshold >= 0 && Number.isFinite(zeroThreshold) ? zeroThreshold : 0;
}

function sparse({ offset, bucketCounts }: ExponentialHistogram['positive']): ExponentialBuckets {
  const places = bucketCounts.flatMap((count, place) => (count === 0 ? [] : [place]));
  return {
    indices: places.map((place) => offset + place + 1),
    counts: places.map((place) => bucketCounts[place]),
  };
}

/** Whether its counts are counts, and its lowest and highest bucket have room for a number. */
function isPossible({ indices, counts }: ExponentialBuckets, schema: number): boolean {
  if (indices.length === 0) return true;
  const highest = indices[indices.length - 1];
  const there = exponentialBound(schema, indices[0]) > 0 && highest <= 1024 * 2 ** schema + 1;
  return there && areCounts(counts, 0, counts.length);
}
