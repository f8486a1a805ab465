import type { BucketList } from './bucket-list.ts';
import { type Exponential, LOWEST_SCHEMA, MOST_BUCKETS } from './exponential.ts';
import { exponentialBound } from './exponential-bounds.ts';

/** How a histogram with too many buckets is made coarser. */
export class BucketLimit {
  readonly #schema: number;
  readonly #most: number;
  readonly #maxZeroThreshold: number;

  constructor({ schema, maxBuckets, maxZeroThreshold }: Exponential) {
    this.#schema = schema;
    this.#most = maxBuckets === 0 ? MOST_BUCKETS : maxBuckets;
    this.#maxZeroThreshold = maxZeroThreshold;
  }

  exceeded(list: BucketList): boolean {
    return list.populated() > this.#most;
  }

  /** Whether the resolution can be halved once more than it was. */
  mayHalve(halvings: number): boolean {
    return this.#schema - halvings > LOWEST_SCHEMA;
  }

  /** Lets the zero bucket take over the lowest buckets, if it may; answers the new threshold. */
  widen(list: BucketList, halvings: number): number | undefined {
    const lowest = list.lowest();
    if (lowest === undefined) return undefined;
    const bound = exponentialBound(this.#schema - halvings, lowest);
    if (bound > this.#maxZeroThreshold) return undefined;
    list.moveToZero(lowest);
    return bound;
  }
}
