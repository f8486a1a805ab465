import type { MetricType, SeriesColumns } from '@oriel/metrics';
import type { FamilyText } from './family-text.ts';
import type { Escaping } from './format.ts';
import type { LabelWriter } from './label-writer.ts';
import type { PageBuffer } from './page-buffer.ts';

/** What the lines of a part depend on besides its numbers. */
export interface SeriesText {
  readonly type: MetricType;
  readonly names: FamilyText;
  readonly columns: SeriesColumns;
  readonly labels: LabelWriter;
  readonly openMetrics: boolean;
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
