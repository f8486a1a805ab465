import { type Row, rowKey } from './row.ts';

/** What a destination holds: the last row of each series, or the sum of all where deltas arrive. */
export class Ledger {
  readonly #delta: boolean;
  readonly #rows = new Map<string, Row>();

  constructor(temporality: 'cumulative' | 'delta') {
    this.#delta = temporality === 'delta';
  }

  add(row: Row): void {
    const key = rowKey(row);
    const before = this.#rows.get(key);
    const adds = this.#delta && summed.has(row.kind) && before !== undefined;
    this.#rows.set(key, adds ? sumOf(before, row) : row);
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()];
  }
}

const summed: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary']);

function sumOf(before: Row, row: Row): Row {
  return {
    ...row,
    start: before.start,
    value: plus(before.value, row.value),
    count: plus(before.count, row.count),
    sum: plus(before.sum, row.sum),
    buckets: row.buckets?.map(
      ([bound, count], i) => [bound, count + (before.buckets?.[i]?.[1] ?? 0)] as const,
    ),
  };
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (b ?? a) : a + b;
}
