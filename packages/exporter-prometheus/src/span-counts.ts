import type { BucketSpans, ExponentialBuckets } from '@oriel/metrics';

/** The counts of buckets as spans have them: one after the other, with zeros where a gap is filled. */
export function spanCounts(
  { offsets, lengths }: BucketSpans,
  { indices, counts }: ExponentialBuckets,
): number[] {
  const all: number[] = [];
  let index = 0;
  let place = 0;
  for (const [i, length] of lengths.entries()) {
    index += offsets[i];
    for (const end = index + length; index < end; index++) {
      all.push(indices[place] === index ? counts[place++] : 0);
    }
  }
  return all;
}
