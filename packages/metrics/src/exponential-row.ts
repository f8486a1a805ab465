import { indexOf, kindOf, NEGATIVE, ZERO } from './bucket-key.ts';
import type { BucketList } from './bucket-list.ts';
import type { ExponentialColumns } from './snapshot.ts';

/** Buckets of one sign, by rising index, only those with something in them. */
export interface ExponentialBuckets {
  readonly indices: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** The buckets of one exponential histogram, without its count and sum. */
export interface ExponentialRow {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

/** One row of exponential columns; it reads the columns, nothing is copied. */
export function exponentialOf(columns: ExponentialColumns, row: number): ExponentialRow {
  const { starts, negativeStarts, indices, counts } = columns;
  const part = (from: number, to: number): ExponentialBuckets => ({
    indices: indices.subarray(from, to),
    counts: counts.subarray(from, to),
  });
  return {
    schema: columns.schemas[row],
    zeroThreshold: columns.zeroThresholds[row],
    zeroCount: columns.zeroCounts[row],
    positive: part(starts[row], negativeStarts[row]),
    negative: part(negativeStarts[row], starts[row + 1]),
  };
}

/** Columns of rows, written one after the other. */
export class ExponentialBuilder {
  readonly #columns: ExponentialColumns;
  #row = 0;
  #place = 0;

  constructor(rows: number, buckets: number) {
    this.#columns = {
      schemas: new Int8Array(rows),
      zeroThresholds: new Float64Array(rows),
      zeroCounts: new Float64Array(rows),
      starts: new Uint32Array(rows + 1),
      negativeStarts: new Uint32Array(rows),
      indices: new Int32Array(buckets),
      counts: new Float64Array(buckets),
    };
  }

  /** One bucket of the row that is ended next: first the positive ones. */
  push(index: number, count: number, negative: boolean): void {
    this.#columns.indices[this.#place] = index;
    this.#columns.counts[this.#place++] = count;
    if (!negative) this.#columns.negativeStarts[this.#row] = this.#place;
  }

  endRow(schema: number, zeroThreshold: number, zeroCount: number): void {
    const { schemas, zeroThresholds, zeroCounts, starts, negativeStarts } = this.#columns;
    const row = this.#row++;
    schemas[row] = schema;
    zeroThresholds[row] = zeroThreshold;
    zeroCounts[row] = zeroCount;
    starts[row + 1] = this.#place;
    negativeStarts[row] = Math.max(negativeStarts[row], starts[row]);
  }

  /** A row taken apart; answers its count, not-a-numbers with it. */
  addList({ keys, counts, length }: BucketList, schema: number, zeroThreshold: number): number {
    let count = 0;
    let zeros = 0;
    for (let i = 0; i < length; i++) {
      const kind = kindOf(keys[i]);
      count += counts[i];
      if (kind < ZERO) this.push(indexOf(keys[i]), counts[i], kind === NEGATIVE);
      else if (kind === ZERO) zeros = counts[i];
    }
    this.endRow(schema, zeroThreshold, zeros);
    return count;
  }

  finish(exemplars: ExponentialColumns['exemplars']): ExponentialColumns {
    const { indices, counts } = this.#columns;
    if (this.#place === indices.length) return { ...this.#columns, exemplars };
    // There was room for more buckets than came.
    const columns = { indices: indices.slice(0, this.#place), counts: counts.slice(0, this.#place) };
    return { ...this.#columns, ...columns, exemplars };
  }
}

/** Columns of these rows. */
export function exponentialColumns(
  rows: readonly ExponentialRow[],
  exemplars?: ExponentialColumns['exemplars'],
): ExponentialColumns {
  const buckets = rows.reduce(
    (sum, { positive, negative }) => sum + positive.counts.length + negative.counts.length,
    0,
  );
  const builder = new ExponentialBuilder(rows.length, buckets);
  for (const { schema, zeroThreshold, zeroCount, positive, negative } of rows) {
    for (let i = 0; i < positive.counts.length; i++)
      builder.push(positive.indices[i], positive.counts[i], false);
    for (let i = 0; i < negative.counts.length; i++)
      builder.push(negative.indices[i], negative.counts[i], true);
    builder.endRow(schema, zeroThreshold, zeroCount);
  }
  return builder.finish(exemplars);
}

/** The columns with only these rows. */
export function pickExponential(columns: ExponentialColumns, rows: readonly number[]): ExponentialColumns {
  const exemplars = rows.flatMap((row, place) => {
    const list = columns.exemplars?.get(row);
    return list === undefined ? [] : [[place, list] as const];
  });
  return exponentialColumns(
    rows.map((row) => exponentialOf(columns, row)),
    exemplars.length === 0 ? undefined : new Map(exemplars),
  );
}
