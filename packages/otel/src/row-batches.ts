import type { Family, MetricType, SeriesColumns, Snapshot } from '@oriel/metrics';
import type { RowRange } from './range-points.ts';
import { isTarget } from './resource-attributes.ts';
import { RowScopes } from './row-scope.ts';
import type { Scope } from './scope.ts';

export interface RowBatchOptions {
  /** The most one batch holds; a histogram counts 1 for each 8 of its buckets, a summary 1 for each point. Default: no limit. */
  readonly maxPoints?: number;
  /** Of series that no OpenTelemetry instrument recorded. Default: `{ name: 'oriel' }`. */
  readonly scope?: Scope;
}

/** Rows of one scope. */
export interface ScopedRange extends RowRange {
  /** The same object for all ranges of a scope. */
  readonly scope: Scope;
}

/**
 * Cuts a snapshot into batches of rows of a bounded size, each when it is asked for.
 *
 * Shape: every series once, in the order of the snapshot, no batch empty; the same snapshot and options give the same
 * batches. The family `target` is left out: it is the resource, see `resourceAttributes`.
 */
export function* rowBatches(
  snapshot: Snapshot,
  options: RowBatchOptions = {},
): Generator<readonly ScopedRange[], void, undefined> {
  const { maxPoints = Number.POSITIVE_INFINITY, scope = { name: 'oriel' } } = options;
  let batch = new GrowingBatch(maxPoints);
  for (const range of scopedRanges(snapshot.families, scope)) {
    for (let row = range.from; row < range.to; ) {
      row = batch.add({ ...range, from: row });
      if (row < range.to) {
        yield batch.ranges;
        batch = new GrowingBatch(maxPoints);
      }
    }
  }
  if (batch.ranges.length > 0) yield batch.ranges;
}

function* scopedRanges(families: readonly Family[], fallback: Scope): Generator<ScopedRange> {
  const known = new Map<string, Scope>();
  for (const family of families) {
    if (isTarget(family)) continue;
    for (const part of family.parts) {
      const scopes = new RowScopes(part, fallback);
      for (let from = 0; from < part.rows; ) {
        const to = scopes.runEnd(from, part.rows);
        const own = scopes.of(from);
        const key = JSON.stringify(own);
        const scope = known.get(key) ?? own;
        known.set(key, scope);
        yield { family, part, from, to, scope };
        from = to;
      }
    }
  }
}

class GrowingBatch {
  readonly ranges: ScopedRange[] = [];
  readonly #maxPoints: number;
  #points = 0;

  constructor(maxPoints: number) {
    this.#maxPoints = maxPoints;
  }

  /** Adds the rows that fit, and gives the end of them; one always fits into an empty batch. */
  add(range: ScopedRange): number {
    const { family, part, from, to: end } = range;
    let to = from;
    for (; to < end; to++) {
      const points = this.#points + pointsOf(family.type, part, to);
      if (points > this.#maxPoints && this.#points > 0) break;
      this.#points = points;
    }
    if (to > from) this.ranges.push({ ...range, to });
    return to;
  }
}

/** What a row adds to the size of a batch. */
function pointsOf(type: MetricType, { stride, exponential }: SeriesColumns, row: number): number {
  if (type === 'histogram') return 1 + Math.floor(stride / BUCKETS_A_POINT);
  if (type === 'exponential_histogram' && exponential !== undefined) {
    const buckets = exponential.starts[row + 1] - exponential.starts[row];
    return 1 + Math.floor(buckets / BUCKETS_A_POINT);
  }
  return Math.max(stride, 1);
}

const BUCKETS_A_POINT = 8;
