import type { Family, SeriesColumns, Snapshot } from '@oriel/metrics';
import { RowMatch } from './row-match.ts';
import { WorkSlices } from './work-slices.ts';

/** A series that was in a snapshot, by its place there. */
export interface EndedSeries {
  readonly family: Family;
  readonly part: SeriesColumns;
  readonly row: number;
}

/**
 * The series of one snapshot that a later one has no more, for protocols that say so, as stale markers do.
 *
 * Shape: a family whose type has changed has ended with all its series. One that began anew has not ended.
 * Cost: one pass over the rows, in slices of a few milliseconds.
 */
export async function endedSeries(before: Snapshot, after: Snapshot): Promise<EndedSeries[]> {
  const later = new Map(after.families.map((family) => [family.name, family]));
  const slices = new WorkSlices();
  const ended: EndedSeries[] = [];
  for (const family of before.families) {
    const now = later.get(family.name);
    const match = new RowMatch(now?.type === family.type ? now : undefined);
    for (const part of family.parts) {
      for (let row = 0; row < part.rows; row++) {
        if (row % ROWS_BETWEEN_LOOKS === 0 && slices.over) await slices.next();
        const place = match.next(part, row) ?? (await match.look(part, row, slices));
        if (place === undefined) ended.push({ family, part, row });
      }
    }
  }
  return ended;
}

const ROWS_BETWEEN_LOOKS = 256;
