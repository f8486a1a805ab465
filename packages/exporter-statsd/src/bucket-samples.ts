import type { BucketRow } from './bucket-row.ts';
import { knownBounds } from './quantile-estimate.ts';

/**
 * One value for each bucket of a row, so that all of them, each as often as its bucket counts, add up to the sum.
 *
 * Each lies within its bucket: in the middle first, then all are moved towards one end by the same share. What a bucket
 * without an end holds is beyond its bound where the sum needs that. Without a sum the middles stay.
 */
export function bucketSamples(row: BucketRow): number[] {
  const middles = Array.from({ length: row.size }, (_, i) => middleOf(row, i));
  if (!Number.isFinite(row.sum)) return middles;
  const missing = row.sum - weighted(row, (i) => middles[i]);
  if (missing === 0) return middles;
  return missing > 0 ? movedUp(row, middles, missing) : movedDown(row, middles, missing);
}

function middleOf(row: BucketRow, bucket: number): number {
  const [lower, upper] = knownBounds(row, bucket);
  if (!Number.isFinite(upper)) return Number.isFinite(lower) ? lower : 0;
  if (!Number.isFinite(lower)) return upper;
  // Not their sum: it may overflow.
  return lower / 2 + upper / 2;
}

function movedUp(row: BucketRow, middles: readonly number[], missing: number): number[] {
  const last = row.size - 1;
  const open = last >= 0 && row.upper[last] === Number.POSITIVE_INFINITY;
  const ends = middles.map((middle, i) => (open && i === last ? middle : knownBounds(row, i)[1]));
  const room = weighted(row, (i) => ends[i] - middles[i]);
  const share = room > 0 ? Math.min(1, missing / room) : 0;
  const moved = middles.map((middle, i) => middle + share * (ends[i] - middle));
  if (open) moved[last] += Math.max(0, missing - room) / row.counts[last];
  return moved;
}

function movedDown(row: BucketRow, middles: readonly number[], missing: number): number[] {
  const open = row.size > 0 && knownBounds(row, 0)[0] === Number.NEGATIVE_INFINITY;
  const ends = middles.map((middle, i) => (open && i === 0 ? middle : knownBounds(row, i)[0]));
  const room = weighted(row, (i) => ends[i] - middles[i]);
  const share = room < 0 ? Math.min(1, missing / room) : 0;
  const moved = middles.map((middle, i) => middle + share * (ends[i] - middle));
  if (open) moved[0] += Math.min(0, missing - room) / row.counts[0];
  return moved;
}

function weighted(row: BucketRow, value: (bucket: number) => number): number {
  let sum = 0;
  for (let i = 0; i < row.size; i++) sum += row.counts[i] * value(i);
  return sum;
}

/**
 * The sample rate that says "so many of these": at most 1, and such that 1 divided by it is never below the count,
 * as receivers cut off what is behind the point.
 */
export function rateOf(count: number): number {
  let rate = 1 / count;
  while (1 / rate < count) rate *= 1 - Number.EPSILON;
  return rate;
}
