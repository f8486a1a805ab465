import { type Family, type Label, labelsOf, type SeriesColumns } from '@oriel/metrics';

/** Where a series stood in another snapshot. */
export interface RowPlace {
  readonly part: SeriesColumns;
  readonly row: number;
}

/**
 * Finds the rows of one family among those of another snapshot.
 *
 * Cost: rows mostly stand where they stood, so the first look is at the row after the last one found; only what has
 * moved is looked up, in an index that is made for the first such row.
 */
export class RowMatch {
  readonly #family: Family | undefined;
  #index: Map<string, RowPlace> | undefined;
  #columns: SeriesColumns | undefined;
  #guess: SeriesColumns | undefined;
  #next = 0;

  constructor(family: Family | undefined) {
    this.#family = family;
  }

  /** The place of a row of these columns; `undefined` if the series is not there. */
  find(columns: SeriesColumns, row: number): RowPlace | undefined {
    if (this.#family === undefined) return undefined;
    if (columns !== this.#columns) this.#begin(columns);
    if (this.#guess !== undefined && sameRow(columns, row, this.#guess, this.#next))
      return { part: this.#guess, row: this.#next++ };
    const found = this.#look(columns, row);
    if (found !== undefined && found.part === this.#guess) this.#next = found.row + 1;
    return found;
  }

  #begin(columns: SeriesColumns): void {
    this.#columns = columns;
    this.#guess = this.#family?.parts.find((part) => alike(part, columns));
    this.#next = 0;
  }

  #look(columns: SeriesColumns, row: number): RowPlace | undefined {
    this.#index ??= indexOf(this.#family?.parts ?? []);
    return this.#index.get(keyOf(columns, row));
  }
}

function indexOf(parts: readonly SeriesColumns[]): Map<string, RowPlace> {
  const index = new Map<string, RowPlace>();
  for (const part of parts)
    for (let row = 0; row < part.rows; row++) index.set(keyOf(part, row), { part, row });
  return index;
}

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

function sameRow(a: SeriesColumns, row: number, b: SeriesColumns, other: number): boolean {
  if (other >= b.rows) return false;
  const arity = a.labels.names.length;
  for (let column = 0; column < arity; column++) {
    const value = a.labels.dictionaries[column][a.labels.ids[row * arity + column]];
    if (value !== b.labels.dictionaries[column][b.labels.ids[other * arity + column]]) return false;
  }
  return true;
}
