import {
  countOf,
  type Exemplar,
  type ExponentialBuckets,
  exponentialOf,
  type FamilyHead,
  labelsOf,
  type SeriesColumns,
  type Snapshot,
  sumOf,
} from '@oriel/metrics';
import type { Row, RowBuckets } from './row.ts';

/**
 * The series of a snapshot as rows, in its order.
 *
 * @example
 * const { Counter, Registry } = await import('@oriel/metrics');
 * const registry = new Registry();
 * registry.register(new Counter({ name: 'jobs_total' }));
 * const [row] = rowsOfSnapshot(await registry.gather());
 * assert.equal(row.value, 0);
 */
export function rowsOfSnapshot({ families }: Pick<Snapshot, 'families'>): Row[] {
  return families.flatMap((family) =>
    family.parts.flatMap((part) =>
      Array.from({ length: part.rows }, (_, row) => ({
        name: family.name,
        kind: family.type,
        labels: Object.fromEntries(labelsOf(part, row).map(({ name, value }) => [name, value])),
        ...numbersOf(family, part, row),
        start: part.created?.[row],
        time: known(part.timestamps?.[row]),
        exemplars: exemplarsOf(part, row),
      })),
    ),
  );
}

function numbersOf(family: FamilyHead, part: SeriesColumns, row: number): Partial<Row> {
  const cells = part.values.subarray(row * part.stride, (row + 1) * part.stride);
  switch (family.type) {
    case 'histogram':
    case 'gauge_histogram':
      return { ...totals(family, part, row), buckets: cumulative(part.points, cells) };
    case 'exponential_histogram':
      return {
        ...totals(family, part, row),
        buckets: part.points.length === 0 ? undefined : cumulative(part.points, cells),
        exponential: bucketsOf(part, row),
      };
    case 'summary':
      return {
        ...totals(family, part, row),
        quantiles: part.points.map((quantile, cell) => [quantile, cells[cell]] as const),
      };
    case 'info':
      return { value: 1 };
    case 'state_set':
      return { states: Object.fromEntries(part.states.map((state, cell) => [state, cells[cell] === 1])) };
    default:
      return { value: cells[0] };
  }
}

function totals({ type }: FamilyHead, part: SeriesColumns, row: number): Partial<Row> {
  return { count: countOf(part, type, row), sum: sumOf(part, type, row) };
}

function cumulative(points: readonly number[], cells: Float64Array): (readonly [number, number])[] {
  let below = 0;
  return [...points, Number.POSITIVE_INFINITY].map((bound, cell) => {
    below += cells[cell];
    return [bound, below] as const;
  });
}

function bucketsOf({ exponential }: SeriesColumns, row: number): RowBuckets | undefined {
  if (exponential === undefined) return undefined;
  const { positive, negative, schema, zeroThreshold, zeroCount } = exponentialOf(exponential, row);
  return { schema, zeroThreshold, zeroCount, positive: pairs(positive), negative: pairs(negative) };
}

function pairs({ indices, counts }: ExponentialBuckets): (readonly [number, number])[] {
  return Array.from(indices, (index, i) => [index, counts[i]] as const);
}

function exemplarsOf(
  { exemplars, exponential, stride }: SeriesColumns,
  row: number,
): readonly Exemplar[] | undefined {
  const spread = exponential?.exemplars?.get(row);
  if (spread !== undefined) return spread;
  const own = [...(exemplars ?? [])].filter(([cell]) => Math.floor(cell / stride) === row);
  return own.length === 0 ? undefined : own.map(([, exemplar]) => exemplar);
}

function known(time: number | undefined): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}
