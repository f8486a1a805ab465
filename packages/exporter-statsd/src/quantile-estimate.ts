import type { BucketRow } from './bucket-row.ts';

/**
 * The value below which a share of the observations lies, taken from buckets; `undefined` if they do not tell.
 *
 * Within a bucket values are taken to lie evenly, within an exponential one evenly by their logarithms. What is in a
 * bucket without an end is taken for its bound; the lowest bucket of positive values begins at 0.
 * Source: Prometheus, `histogram_quantile`.
 */
export function estimateQuantile(row: BucketRow, quantile: number): number | undefined {
  const rank = quantile * row.inBuckets;
  let below = 0;
  for (let i = 0; i < row.size; i++) {
    const count = row.counts[i];
    if (below + count >= rank || i === row.size - 1) {
      // Counts are added up in another order than their sum was.
      const share = Math.min(1, Math.max(0, (rank - below) / count));
      return within(row, i, share);
    }
    below += count;
  }
  return undefined;
}

function within(row: BucketRow, bucket: number, share: number): number | undefined {
  const [lower, upper] = knownBounds(row, bucket);
  if (!Number.isFinite(upper)) return Number.isFinite(lower) ? lower : undefined;
  if (!Number.isFinite(lower)) return upper;
  if (row.exponential && lower > 0) return lower * (upper / lower) ** share;
  if (row.exponential && upper < 0) return upper * (lower / upper) ** (1 - share);
  return lower + (upper - lower) * share;
}

/** Bounds of a bucket, with 0 in place of what cannot be: values below 0 where all others are above. */
export function knownBounds(row: BucketRow, bucket: number): readonly [lower: number, upper: number] {
  const [lower, upper] = [row.lower[bucket], row.upper[bucket]];
  if (lower === Number.NEGATIVE_INFINITY && upper > 0 && upper < Number.POSITIVE_INFINITY) return [0, upper];
  // The zero bucket.
  if (row.exponential && bucket === 0 && lower < 0 && upper === -lower) return [0, upper];
  return [lower, upper];
}
