import { exponentialBound } from './exponential-bounds.ts';
import type { ExponentialBuckets, ExponentialRow } from './exponential-row.ts';

/** The same histogram at a lower schema, below -4 too: whole buckets become one, so nothing is guessed. */
export function downscaleExponential(row: ExponentialRow, schema: number): ExponentialRow {
  const by = row.schema - schema;
  if (by <= 0) return row;
  return { ...row, schema, positive: downscaled(row.positive, by), negative: downscaled(row.negative, by) };
}

/**
 * Two histograms as one, at the lower of their schemas and with the larger of their zero thresholds; that grows to
 * the end of a bucket it lies in.
 */
export function mergeExponentials(a: ExponentialRow, b: ExponentialRow): ExponentialRow {
  let threshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  let [left, right] = [widened(a, threshold), widened(b, threshold)];
  while (left.zeroThreshold !== right.zeroThreshold) {
    threshold = Math.max(left.zeroThreshold, right.zeroThreshold);
    [left, right] = [widened(left, threshold), widened(right, threshold)];
  }
  const schema = Math.min(a.schema, b.schema);
  return combined(downscaleExponential(left, schema), downscaleExponential(right, schema), 1);
}

/**
 * What a histogram counted since an earlier look at it; the earlier one may have had a higher schema or a smaller
 * zero bucket. `undefined` if it is not the same one grown: it began anew in between.
 */
export function exponentialDelta(now: ExponentialRow, before: ExponentialRow): ExponentialRow | undefined {
  if (before.schema < now.schema || before.zeroThreshold > now.zeroThreshold) return undefined;
  const same = widened(before, now.zeroThreshold);
  if (same.zeroThreshold !== now.zeroThreshold) return undefined;
  const delta = combined(now, downscaleExponential(same, now.schema), -1);
  const grown = delta.zeroCount >= 0 && isGrown(delta.positive) && isGrown(delta.negative);
  return grown ? delta : undefined;
}

function isGrown({ counts }: ExponentialBuckets): boolean {
  return Array.from(counts).every((count) => count > 0);
}

function downscaled({ indices, counts }: ExponentialBuckets, by: number): ExponentialBuckets {
  const sums = new Map<number, number>();
  for (let i = 0; i < indices.length; i++) {
    const index = Math.ceil(indices[i] / 2 ** by);
    sums.set(index, (sums.get(index) ?? 0) + counts[i]);
  }
  // In order still; without -0.
  return { indices: Array.from(sums.keys(), (index) => index + 0), counts: [...sums.values()] };
}

/** With a zero bucket of at least this width; buckets it reaches into are taken over as a whole. */
function widened(row: ExponentialRow, threshold: number): ExponentialRow {
  if (threshold <= row.zeroThreshold) return row;
  const reached = [...Array.from(row.positive.indices), ...Array.from(row.negative.indices)].filter(
    (index) => exponentialBound(row.schema, index - 1) < threshold,
  );
  if (reached.length === 0) return { ...row, zeroThreshold: threshold };
  const highest = Math.max(...reached);
  const zeroThreshold = Math.max(threshold, exponentialBound(row.schema, highest));
  const positive = above(row.positive, highest);
  const negative = above(row.negative, highest);
  const zeroCount = row.zeroCount + positive.taken + negative.taken;
  return { ...row, zeroThreshold, zeroCount, positive: positive.left, negative: negative.left };
}

function above(
  { indices, counts }: ExponentialBuckets,
  highest: number,
): { readonly taken: number; readonly left: ExponentialBuckets } {
  const first = Array.from(indices).filter((index) => index <= highest).length;
  const all = Array.from(counts);
  return {
    taken: all.slice(0, first).reduce((sum, count) => sum + count, 0),
    left: { indices: Array.from(indices).slice(first), counts: all.slice(first) },
  };
}

/** `a + sign * b`; both have one schema and threshold. */
function combined(a: ExponentialRow, b: ExponentialRow, sign: 1 | -1): ExponentialRow {
  return {
    ...a,
    zeroCount: a.zeroCount + sign * b.zeroCount,
    positive: combinedBuckets(a.positive, b.positive, sign),
    negative: combinedBuckets(a.negative, b.negative, sign),
  };
}

function combinedBuckets(a: ExponentialBuckets, b: ExponentialBuckets, sign: 1 | -1): ExponentialBuckets {
  const sums = new Map<number, number>();
  for (let i = 0; i < a.indices.length; i++) sums.set(a.indices[i], a.counts[i]);
  for (let i = 0; i < b.indices.length; i++) {
    sums.set(b.indices[i], (sums.get(b.indices[i]) ?? 0) + sign * b.counts[i]);
  }
  const kept = [...sums].filter(([, count]) => count !== 0).sort(([left], [right]) => left - right);
  return { indices: kept.map(([index]) => index), counts: kept.map(([, count]) => count) };
}
