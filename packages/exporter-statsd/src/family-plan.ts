import type { ColumnWriter } from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import type { LineWriter } from './line-writer.ts';

/** How the rows of one family are written. */
export interface FamilyPlan {
  /** Every name its lines have. */
  readonly names: readonly string[];
  /** Keys of tags that its lines add to those of a row. */
  readonly ownKeys: readonly string[];
  writeRow(writer: LineWriter, tags: ColumnWriter, part: SeriesColumns, row: number): void;
}
