/** Why a line was left out. */
export type LineDrop = 'too_long' | 'not_finite' | 'collision';

/** What became of one push, counted apart until it has arrived: a push that is tried again counts once. */
export class Tally {
  lines = 0;
  packets = 0;
  bytes = 0;
  readonly dropped: Record<LineDrop, number> = { too_long: 0, not_finite: 0, collision: 0 };
  /** Bytes of the lines that were too long. */
  droppedBytes = 0;
}
