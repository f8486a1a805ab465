import {
  type ExponentialRow,
  exponentialColumns,
  exponentialOf,
  type Family,
  type SeriesColumns,
  type Snapshot,
} from '@oriel/metrics';
import { deltaRow, isSummed, summedCells } from './delta-row.ts';
import { RowMatch } from './row-match.ts';
import { WorkSlices } from './work-slices.ts';

/**
 * Temporality of a backend that sends what was added, computed from the snapshot before.
 *
 * Shape: counters, histograms and summaries lose what the accepted snapshot had; everything else stays as it is.
 * `created` says from when on a row counts. A series that is new, fell or began anew counts whole, from its own
 * beginning. Nothing is ever negative.
 * Cost: one pass over the rows, in slices of a few milliseconds.
 *
 * What is not accepted stays part of the next delta, so a delivery that failed, or a snapshot that a full queue has
 * dropped, loses nothing: queue the snapshots as they are, and take the delta when one is sent.
 *
 * @example
 * const view = new DeltaView();
 * const registry = namespaced('shop', new (await import('@oriel/metrics')).Registry());
 * const loop = new PushLoop<import('@oriel/metrics').Snapshot>({
 *   clock: systemClock,
 *   collect: () => registry.gather(),
 *   send: async (snapshot) => {
 *     const added = await view.since(snapshot);
 *     assert.ok(added.families); // and deliver it
 *     view.accept(snapshot);
 *   },
 * });
 * loop.start();
 * await loop.stop();
 */
export class DeltaView {
  #base: Snapshot | undefined;
  // Kept to the next delta: what the engine has compiled for a class is dropped with the last object of it.
  #match: RowMatch | undefined;

  /** What was added since the accepted snapshot; all of it before the first. */
  async since(snapshot: Snapshot): Promise<Snapshot> {
    const base = this.#base;
    if (base === undefined) return snapshot;
    const before = new Map(base.families.map((family) => [family.name, family]));
    const slices = new WorkSlices();
    const families: Family[] = [];
    for (const family of snapshot.families) {
      const old = before.get(family.name);
      if (!isSummed(family.type)) families.push(family);
      else {
        this.#match = new RowMatch(old?.type === family.type ? old : undefined);
        families.push(await familyDelta(family, this.#match, base.time, slices));
      }
    }
    return { ...snapshot, families };
  }

  /** Makes a snapshot the base of what follows: its delivery has arrived. */
  accept(snapshot: Snapshot): void {
    this.#base = snapshot;
  }
}

async function familyDelta(
  family: Family,
  match: RowMatch,
  since: number,
  slices: WorkSlices,
): Promise<Family> {
  const parts: SeriesColumns[] = [];
  for (const part of family.parts) {
    const values = part.values.slice();
    const created = part.created?.slice() ?? new Float64Array(part.rows).fill(Number.NaN);
    const buckets: ExponentialRow[] = [];
    const cells = summedCells(family.type, part.stride);
    for (let row = 0; row < part.rows; row++) {
      if (row % ROWS_BETWEEN_LOOKS === 0 && slices.over) await slices.next();
      if (part.exponential !== undefined) buckets[row] = exponentialOf(part.exponential, row);
      const place = match.next(part, row) ?? (await match.look(part, row, slices));
      const goesOn = place !== undefined && deltaRow(cells, part, row, place, values, buckets);
      if (goesOn || Number.isNaN(created[row])) created[row] = since;
    }
    const exponential = part.exponential && exponentialColumns(buckets, part.exponential.exemplars);
    parts.push({ ...part, values, created, exponential });
  }
  return { ...family, parts };
}

const ROWS_BETWEEN_LOOKS = 256;
