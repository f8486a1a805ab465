import { cut, padded, widthOf } from './terminal-text.ts';

export interface ReadableTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many of the columns, the first ones, are texts: to the left, and cut where there is no room. */
  readonly texts: number;
}

const GAP = '  ';
const LEAST_TEXT = 8;

/** The lines of a table in columns; the first holds the heads. */
export function tableLines({ heads, rows, texts }: ReadableTable, width: number): string[] {
  const widths = heads.map((head, at) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[at])), widthOf(head)),
  );
  shrink(widths, texts, width);
  return [heads, ...rows].map((row) =>
    (GAP + row.map((cell, at) => place(cell, widths[at], at < texts)).join(GAP)).trimEnd(),
  );
}

function place(cell: string, width: number, isText: boolean): string {
  return isText ? padded(cut(cell, width), width, 'left') : padded(cell, width, 'right');
}

// The widest text gives first; numbers are never cut.
function shrink(widths: number[], texts: number, width: number): void {
  let over = widths.reduce((sum, one) => sum + one + GAP.length, 0) - width;
  while (over > 0) {
    let widest = 0;
    for (let at = 1; at < texts; at++) if (widths[at] > widths[widest]) widest = at;
    if (texts === 0 || widths[widest] <= LEAST_TEXT) return;
    widths[widest]--;
    over--;
  }
}
