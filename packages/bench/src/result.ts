import type { Case, PeerName, Unit } from './case.ts';
import { summarize } from './statistics.ts';

/** What became of one peer in one case. */
export type Outcome =
  | { readonly peer: PeerName; readonly runs: readonly number[] }
  | { readonly peer: PeerName; readonly skipped: string }
  | { readonly peer: PeerName; readonly failed: string };

export interface CaseResult {
  readonly case: Case;
  /** In the order of the case's peers. */
  readonly outcomes: readonly Outcome[];
}

/** One measured peer, as it is written into the JSON file: the unit's name holds the value. */
export type Entry = {
  readonly case: string;
  readonly peer: string;
  readonly runs: readonly number[];
} & Partial<Record<Unit, number>>;

/** The measured value of a peer; undefined if it was skipped, failed or not asked for. */
export function measuredValue({ case: one, outcomes }: CaseResult, peer: PeerName): number | undefined {
  const outcome = outcomes.find((each) => each.peer === peer);
  if (outcome === undefined || !('runs' in outcome)) return undefined;
  return summarize(outcome.runs, one.summary ?? 'median');
}

/** What was measured, nothing else. */
export function entries(results: readonly CaseResult[]): Entry[] {
  return results.flatMap(({ case: one, outcomes }) =>
    outcomes.flatMap((outcome) => {
      if (!('runs' in outcome)) return [];
      const value = summarize(outcome.runs, one.summary ?? 'median');
      return [{ case: one.name, peer: outcome.peer, [one.unit]: value, runs: outcome.runs }];
    }),
  );
}

/** Failed peers, each as `case: peer: what happened`. */
export function failures(results: readonly CaseResult[]): string[] {
  return results.flatMap(({ case: one, outcomes }) =>
    outcomes.flatMap((each) => ('failed' in each ? [`${one.name}: ${each.peer}: ${each.failed}`] : [])),
  );
}
