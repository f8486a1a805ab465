import {
  type ExponentialRow,
  exponentialDelta,
  exponentialOf,
  type MetricType,
  type SeriesColumns,
} from '@oriel/metrics';
import type { RowPlace } from './row-match.ts';

/** Whether the numbers of a type add up, so that they can be sent as what was added. */
export function isSummed(type: MetricType): boolean {
  return ['counter', 'histogram', 'exponential_histogram', 'summary'].includes(type);
}

/** Which cells of a row add up: all from `first` on, and which of them are counts, which cannot fall. */
export interface SummedCells {
  readonly first: number;
  readonly firstCount: number;
  readonly endOfCounts: number;
}

/** The cells of a type that {@link isSummed}; a sum of negative values can fall. */
export function summedCells(type: MetricType, stride: number): SummedCells {
  if (type === 'summary') return { first: stride - 2, firstCount: stride - 1, endOfCounts: stride };
  return { first: 0, firstCount: 0, endOfCounts: type === 'counter' ? 1 : stride - 1 };
}

/**
 * Takes from a row what it had before; false, with the row left whole, if it has begun anew since.
 *
 * Its cells in `values` and its buckets in `exponential` are still those of `part`.
 */
export function deltaRow(
  cells: SummedCells,
  part: SeriesColumns,
  row: number,
  before: RowPlace,
  values: Float64Array,
  exponential: ExponentialRow[],
): boolean {
  if (beganAnew(part, row, before)) return false;
  const { stride } = part;
  const start = row * stride;
  const old = before.row * stride;
  for (let cell = cells.firstCount; cell < cells.endOfCounts; cell++) {
    if (part.values[start + cell] < before.part.values[old + cell]) return false;
  }
  if (part.exponential !== undefined) {
    const delta = bucketsSince(part, row, before);
    if (delta === undefined) return false;
    exponential[row] = delta;
  }
  for (let cell = cells.first; cell < stride; cell++) values[start + cell] -= before.part.values[old + cell];
  return true;
}

function bucketsSince(part: SeriesColumns, row: number, before: RowPlace): ExponentialRow | undefined {
  const [now, then] = [part.exponential, before.part.exponential];
  if (now === undefined || then === undefined) return undefined;
  return exponentialDelta(exponentialOf(now, row), exponentialOf(then, before.row));
}

function beganAnew({ created, points }: SeriesColumns, row: number, before: RowPlace): boolean {
  const { part } = before;
  const isLater =
    created !== undefined && part.created !== undefined && created[row] > part.created[before.row];
  return isLater || !samePoints(points, part.points);
}

// A loop, as this is asked for each row.
function samePoints(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
