import { downscaleExponential } from './exponential-change.ts';
import type { ExponentialBuckets, ExponentialRow } from './exponential-row.ts';

/** The most buckets of one sign a point has by default, as OpenTelemetry's SDKs do. */
const USUAL_SIZE = 160;

/** Buckets as OpenTelemetry has them: bucket `offset + i` is `(base ** (offset + i), base ** (offset + i + 1)]`. */
export interface DenseBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

/** An exponential histogram as OpenTelemetry has it. */
export interface ExponentialPoint {
  /** Below -4 where values are very far apart. */
  readonly scale: number;
  /** Of buckets and zeros; without the NaNs, which OpenTelemetry does not know. */
  readonly count: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: DenseBuckets;
  readonly negative: DenseBuckets;
}

/**
 * A row in the shape of OpenTelemetry, whose buckets have no gaps: its scale is lowered until both signs need at
 * most `maxSize` buckets, but no fewer than 2. Its indices are one lower, as a bucket is named after its lower bound there.
 */
export function exponentialPoint(row: ExponentialRow, maxSize: number = USUAL_SIZE): ExponentialPoint {
  let { schema } = row;
  let small = row;
  while (widthOf(small) > Math.max(maxSize, 2)) small = downscaleExponential(row, --schema);
  const positive = dense(small.positive);
  const negative = dense(small.negative);
  const { zeroCount, zeroThreshold } = row;
  const count = zeroCount + total(positive) + total(negative);
  return { scale: schema, count, zeroCount, zeroThreshold, positive, negative };
}

function widthOf({ positive, negative }: ExponentialRow): number {
  return Math.max(spread(positive), spread(negative));
}

function spread({ indices }: ExponentialBuckets): number {
  return indices.length === 0 ? 0 : indices[indices.length - 1] - indices[0] + 1;
}

function dense({ indices, counts }: ExponentialBuckets): DenseBuckets {
  if (indices.length === 0) return { offset: 0, bucketCounts: [] };
  const bucketCounts = new Array<number>(spread({ indices, counts })).fill(0);
  for (let i = 0; i < indices.length; i++) bucketCounts[indices[i] - indices[0]] = counts[i];
  return { offset: indices[0] - 1, bucketCounts };
}

function total({ bucketCounts }: DenseBuckets): number {
  let sum = 0;
  for (const count of bucketCounts) sum += count;
  return sum;
}
