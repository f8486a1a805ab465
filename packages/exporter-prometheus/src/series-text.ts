import type { Escaping, LabelWriter } from '@oriel/encoding';
import type { MetricType, SeriesColumns } from '@oriel/metrics';
import type { FamilyText } from './family-text.ts';
import type { PageBuffer } from './page-buffer.ts';

/** What the lines of a part depend on besides its numbers. */
export interface SeriesText {
  readonly type: MetricType;
  readonly names: FamilyText;
  readonly columns: SeriesColumns;
  readonly labels: LabelWriter;
  readonly openMetrics: boolean;
  /** OpenMetrics 2.0: one line for each row, with all its values, its start time and exemplars. */
  readonly isInline: boolean;
  readonly escaping: Escaping;
  readonly created: boolean;
}

/** Returned where no line of a row is left. */
export const ROW_END = 0;

/**
 * Writes the lines of one row from a line on, at first from 0, until the row ends or a chunk is full.
 *
 * Returns the line to go on with, or {@link ROW_END}. Rows are written one after the other, each to its end.
 */
export type WriteRow = (page: PageBuffer, row: number, from: number) => number;

/** Where the writing of a part stands. */
export interface Place {
  row: number;
  line: number;
}

/** Writes the rows of a part from a place on until a chunk is full or no row is left, and moves the place. */
export type WriteRows = (page: PageBuffer, place: Place) => void;

/** Writes rows one after the other. */
export function rowByRow(rows: number, writeRow: WriteRow): WriteRows {
  return (page, place) => {
    while (place.row < rows && !page.ready) {
      place.line = writeRow(page, place.row, place.line);
      if (place.line === ROW_END) place.row++;
    }
  };
}
