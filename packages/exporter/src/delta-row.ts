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

/**
 * Takes from a row what it had before; false, with the row left whole, if it has begun anew since.
 *
 * Its cells in `values` and its buckets in `exponential` are still those of `part`.
 */
export function deltaRow(
  type: MetricType,
  part: SeriesColumns,
  row: number,
  before: RowPlace,
  values: Float64Array,
  exponential: ExponentialRow[],
): boolean {
  if (beganAnew(part, row, before)) return false;
  const { stride } = part;
  const [start, old] = [row * stride, before.row * stride];
  const [first, counts] = summedCells(type, stride);
  for (let cell = first; cell < stride; cell++) {
    const fell = part.values[start + cell] < before.part.values[old + cell];
    if (fell && cell >= counts.first && cell < counts.end) return false;
  }
  if (part.exponential !== undefined) {
    const delta = bucketsSince(part, row, before);
    if (delta === undefined) return false;
    exponential[row] = delta;
  }
  for (let cell = first; cell < stride; cell++) values[start + cell] -= before.part.values[old + cell];
  return true;
}

function bucketsSince(part: SeriesColumns, row: number, before: RowPlace): ExponentialRow | undefined {
  const [now, then] = [part.exponential, before.part.exponential];
  if (now === undefined || then === undefined) return undefined;
  return exponentialDelta(exponentialOf(now, row), exponentialOf(then, before.row));
}

interface CountCells {
  readonly first: number;
  readonly end: number;
}

// First cell that adds up, and which of them are counts, which cannot fall; a sum of negative values can.
function summedCells(type: MetricType, stride: number): [first: number, counts: CountCells] {
  if (type === 'summary') return [stride - 2, { first: stride - 1, end: stride }];
  return [0, { first: 0, end: type === 'counter' ? 1 : stride - 1 }];
}

function beganAnew(part: SeriesColumns, row: number, before: RowPlace): boolean {
  const now = part.created?.[row] ?? Number.NaN;
  const then = before.part.created?.[before.row] ?? Number.NaN;
  return now > then || !samePoints(part.points, before.part.points);
}

function samePoints(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((point, i) => point === b[i]));
}
