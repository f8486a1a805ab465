import { type Family, type Label, labelsOf, type SeriesColumns } from '@oriel/metrics';
import type { WorkSlices } from './work-slices.ts';

/** Where a series stood in another snapshot. */
export interface RowPlace {
  readonly part: SeriesColumns;
  readonly row: number;
}

// So many rows may have ended between two that stood side by side.
const MOST_ENDED = 64;

/**
 * Finds the rows of one family among those of another snapshot, to be asked in their order.
 *
 * Cost: snapshots of an instrument share their label columns while no series ends; then a row is found, or known to be
 * new, at once. Else it mostly stands soon behind the last one found; only what has moved is looked up, in an index that
 * is made for the first such row, in slices.
 */
export class RowMatch {
  readonly #parts: readonly SeriesColumns[];
  #index: Map<string, RowPlace> | undefined;
  #columns: SeriesColumns | undefined;
  #last: LastFound | undefined;
  /** Rows below it stand where they stood, and the others of these columns are new to that part. */
  #kept = 0;

  constructor(family: Family | undefined) {
    this.#parts = family?.parts ?? [];
  }

  /** The place of a row that stands where it stood, to be read before the next look; else {@link look} for it. */
  next(columns: SeriesColumns, row: number): RowPlace | undefined {
    if (columns !== this.#columns) this.#begin(columns);
    const last = this.#last;
    if (last === undefined) return undefined;
    const kept = row < this.#kept;
    const end = Math.min(last.part.rows, last.row + 1 + MOST_ENDED);
    for (let other = last.row + 1; other < end; other++) {
      if (!kept && !sameRow(columns, row, last.part, other)) continue;
      last.row = other;
      return last;
    }
    return undefined;
  }

  /** The place of a row that is not the next; `undefined` if the series is not there. */
  async look(columns: SeriesColumns, row: number, slices: WorkSlices): Promise<RowPlace | undefined> {
    const elsewhere = this.#parts.length - (this.#kept > 0 ? 1 : 0);
    if (elsewhere === 0) return undefined;
    this.#index ??= await indexOf(this.#parts, slices);
    const found = this.#index.get(keyOf(columns, row));
    if (this.#last !== undefined && found?.part === this.#last.part) this.#last.row = found.row;
    return found;
  }

  #begin(columns: SeriesColumns): void {
    const part = this.#parts.find((part) => alike(part, columns));
    this.#columns = columns;
    this.#last = part && { part, row: -1 };
    this.#kept = part !== undefined && sharesLabels(part, columns) ? Math.min(part.rows, columns.rows) : 0;
  }
}

/** One object for all rows, or each would cost one. */
interface LastFound {
  readonly part: SeriesColumns;
  row: number;
}

async function indexOf(parts: readonly SeriesColumns[], slices: WorkSlices): Promise<Map<string, RowPlace>> {
  const index = new Map<string, RowPlace>();
  for (const part of parts) {
    for (let row = 0; row < part.rows; row++) {
      if (row % ROWS_BETWEEN_LOOKS === 0) await slices.pause();
      index.set(keyOf(part, row), { part, row });
    }
  }
  return index;
}

const ROWS_BETWEEN_LOOKS = 256;

function keyOf(columns: SeriesColumns, row: number): string {
  return JSON.stringify(labelsOf(columns, row).map(({ name, value }) => [name, value]));
}

// Columns of one instrument have the same labels from snapshot to snapshot.
function alike(a: SeriesColumns, b: SeriesColumns): boolean {
  const { names } = a.labels;
  return (
    names.length === b.labels.names.length &&
    names.every((name, column) => name === b.labels.names[column]) &&
    sameLabels(a.constLabels, b.constLabels)
  );
}

function sameLabels(a: readonly Label[], b: readonly Label[]): boolean {
  return a.length === b.length && a.every(({ name, value }, i) => name === b[i].name && value === b[i].value);
}

// Snapshots never change, so what is in the same memory is the same.
function sharesLabels({ labels: a }: SeriesColumns, { labels: b }: SeriesColumns): boolean {
  return (
    a.ids.buffer === b.ids.buffer &&
    a.ids.byteOffset === b.ids.byteOffset &&
    a.dictionaries.every((dictionary, column) => dictionary === b.dictionaries[column])
  );
}

function sameRow(a: SeriesColumns, row: number, b: SeriesColumns, other: number): boolean {
  const arity = a.labels.names.length;
  for (let column = 0; column < arity; column++) {
    const value = a.labels.dictionaries[column][a.labels.ids[row * arity + column]];
    if (value !== b.labels.dictionaries[column][b.labels.ids[other * arity + column]]) return false;
  }
  return true;
}
