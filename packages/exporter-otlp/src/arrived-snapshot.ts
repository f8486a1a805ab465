import { type Family, labelsOf, type SeriesColumns, type Snapshot } from '@oriel/metrics';

/** Rows `from` up to `to` of a part of a family, both by place. */
export interface ArrivedRows {
  readonly family: number;
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What a receiver of deltas knows after a delivery of which only some rows have arrived: those rows as they are now, the
 * others as they were in the base.
 *
 * Shape: the rows are in rising order, none twice. The time is that of the snapshot.
 */
export function arrivedSnapshot(
  base: Snapshot | undefined,
  snapshot: Snapshot,
  arrived: readonly ArrivedRows[],
): Snapshot {
  const before = new Map(base?.families.map((family) => [family.name, family]));
  const byFamily = Map.groupBy(arrived, ({ family }) => family);
  const families = snapshot.families.map((family, place): Family => {
    const rows = byFamily.get(place) ?? [];
    const old = before.get(family.name);
    const parts = rows.map(({ part, from, to }) => slice(family.parts[part], from, to));
    const rest = old?.type === family.type ? withoutRows(old.parts, parts) : [];
    return { ...family, parts: [...parts, ...rest] };
  });
  return { ...snapshot, families: families.filter(({ parts }) => parts.length > 0) };
}

/** The rows of the parts that are not among those taken, each run of them as a part. */
function withoutRows(parts: readonly SeriesColumns[], taken: readonly SeriesColumns[]): SeriesColumns[] {
  if (taken.length === 0) return [...parts];
  const keys = new Set(taken.flatMap((part) => keysOf(part)));
  return parts.flatMap((part) => {
    const runs: SeriesColumns[] = [];
    let from = 0;
    for (const [row, key] of keysOf(part).entries()) {
      if (!keys.has(key)) continue;
      if (row > from) runs.push(slice(part, from, row));
      from = row + 1;
    }
    if (from < part.rows) runs.push(slice(part, from, part.rows));
    return runs;
  });
}

function keysOf(part: SeriesColumns): string[] {
  return Array.from({ length: part.rows }, (_, row) =>
    JSON.stringify(labelsOf(part, row).map(({ name, value }) => [name, value])),
  );
}

function slice(part: SeriesColumns, from: number, to: number): SeriesColumns {
  if (from === 0 && to === part.rows) return part;
  const { labels, stride, values, created, exponential } = part;
  const arity = labels.names.length;
  return {
    ...part,
    rows: to - from,
    labels: { ...labels, ids: labels.ids.subarray(from * arity, to * arity) },
    values: values.subarray(from * stride, to * stride),
    created: created?.subarray(from, to),
    timestamps: part.timestamps?.subarray(from, to),
    // By cell of the whole part, and of no use to a base.
    exemplars: undefined,
    exponential: exponential && {
      ...exponential,
      schemas: exponential.schemas.subarray(from, to),
      zeroThresholds: exponential.zeroThresholds.subarray(from, to),
      zeroCounts: exponential.zeroCounts.subarray(from, to),
      starts: exponential.starts.subarray(from, to + 1),
      negativeStarts: exponential.negativeStarts.subarray(from, to),
      exemplars: undefined,
    },
  };
}
