import type { ExponentialBuckets } from './exponential-row.ts';

// Up to so many empty buckets cost less than a span.
const FILLED_GAP = 2;

/**
 * Buckets as Prometheus sends them: runs of neighbours, and what each count adds to the one before.
 *
 * Gaps of one or two buckets are filled with zeros. The first offset is an index, each later one the gap before its
 * span; the deltas run over all spans. To be filled again and again: the arrays are reused.
 * Source: client_model, `BucketSpan`; Prometheus refuses a scrape whose lengths and deltas disagree.
 *
 * @example
 * const spans = new BucketSpans();
 * spans.load({ indices: [-1, 0, 3, 9], counts: [2, 5, 1, 4] });
 * assert.deepEqual(spans.offsets, [-1, 5]);
 * assert.deepEqual(spans.lengths, [5, 1]);
 * assert.deepEqual(spans.deltas, [2, 3, -5, 0, 1, 3]);
 */
export class BucketSpans {
  readonly offsets: number[] = [];
  readonly lengths: number[] = [];
  readonly deltas: number[] = [];

  /** Takes these buckets instead of what was there. */
  load({ indices, counts }: ExponentialBuckets): void {
    this.#clear();
    let next = 0;
    let before = 0;
    for (let i = 0; i < indices.length; i++) {
      const gap = indices[i] - next;
      if (i === 0 || gap > FILLED_GAP) {
        this.offsets.push(gap);
        this.lengths.push(0);
      } else if (gap > 0) {
        this.#fill(gap, before);
        before = 0;
      }
      this.lengths[this.lengths.length - 1]++;
      this.deltas.push(counts[i] - before);
      before = counts[i];
      next = indices[i] + 1;
    }
  }

  /** One span of nothing: what tells an empty histogram whose zero threshold is 0 from a classic one. */
  loadEmpty(): void {
    this.#clear();
    this.offsets.push(0);
    this.lengths.push(0);
  }

  #clear(): void {
    this.offsets.length = 0;
    this.lengths.length = 0;
    this.deltas.length = 0;
  }

  #fill(gap: number, before: number): void {
    this.lengths[this.lengths.length - 1] += gap;
    this.deltas.push(-before);
    for (let i = 1; i < gap; i++) this.deltas.push(0);
  }
}
