import type { Label } from './desc.ts';
import { type ExponentialRow, exponentialColumns } from './exponential-row.ts';
import type { Exemplar, SeriesColumns } from './snapshot.ts';

export interface Row {
  readonly labelValues: readonly string[];
  readonly cells: readonly number[];
  readonly created?: number;
  readonly timestamp?: number;
  /** By cell of this row. */
  readonly exemplars?: ReadonlyMap<number, Exemplar>;
  /** Of an exponential histogram; all rows of a builder have it, or none. */
  readonly exponential?: ExponentialRow;
  /** Of the whole exponential histogram, by rising value. */
  readonly rowExemplars?: readonly Exemplar[];
}

export interface Layout {
  readonly constLabels: readonly Label[];
  /** In the order of a row's label values. */
  readonly labelNames: readonly string[];
  readonly points?: readonly number[];
  readonly states?: readonly string[];
}

/** Builds columns from single rows. */
export class SeriesBuilder {
  readonly #layout: Layout;
  readonly #rows: Row[] = [];

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  add(row: Row): void {
    this.#rows.push(row);
  }

  finish(): SeriesColumns {
    const rows = this.#rows;
    const stride = rows[0]?.cells.length ?? 0;
    const { constLabels, points = [], states = [] } = this.#layout;
    const columns = { rows: rows.length, constLabels, labels: this.#labels(), stride, points, states };
    return {
      ...columns,
      values: Float64Array.from(rows.flatMap((row) => row.cells)),
      created: times(rows.map((row) => row.created)),
      timestamps: times(rows.map((row) => row.timestamp)),
      exemplars: exemplars(rows, stride),
      exponential: exponential(rows),
    };
  }

  // A row's values are numbered by the row: each dictionary is the column itself.
  #labels(): SeriesColumns['labels'] {
    const { labelNames } = this.#layout;
    const names = labelNames.toSorted();
    const order = names.map((name) => labelNames.indexOf(name));
    const dictionaries = order.map((place) => this.#rows.map((row) => row.labelValues[place]));
    const ids = new Int32Array(this.#rows.length * names.length);
    for (let at = 0; at < ids.length; at++) ids[at] = Math.floor(at / names.length);
    return { names, ids, dictionaries };
  }
}

function times(all: readonly (number | undefined)[]): Float64Array | undefined {
  if (all.every((time) => time === undefined)) return undefined;
  return Float64Array.from(all, (time) => time ?? Number.NaN);
}

function exemplars(rows: readonly Row[], stride: number): ReadonlyMap<number, Exemplar> | undefined {
  const all = rows.flatMap((row, r) =>
    [...(row.exemplars ?? [])].map(([cell, exemplar]) => [r * stride + cell, exemplar] as const),
  );
  return all.length === 0 ? undefined : new Map(all);
}

function exponential(rows: readonly Row[]): SeriesColumns['exponential'] {
  const buckets = rows.flatMap((row) => (row.exponential === undefined ? [] : [row.exponential]));
  if (buckets.length === 0) return undefined;
  const lists = rows.flatMap(({ rowExemplars = [] }, r) =>
    rowExemplars.length === 0 ? [] : [[r, rowExemplars] as const],
  );
  return exponentialColumns(buckets, lists.length === 0 ? undefined : new Map(lists));
}
