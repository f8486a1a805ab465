import type { Handle } from '../handle.ts';

/** What took time: milliseconds, with as many places as there are. Left out, no time is recorded. */
export interface Timed {
  readonly elapsedMs?: number;
}

/** One event that took time: counts it, and records the time if there is one. */
export function countTimed<L extends string>(
  count: Handle<L>,
  latency: Handle<L>,
  labels: Readonly<Record<L, string>>,
  elapsedMs: number | undefined,
): void {
  count.record(1, labels);
  recordTime(latency, labels, elapsedMs);
}

/** Records a time if there is one. */
export function recordTime<L extends string>(
  latency: Handle<L>,
  labels: Readonly<Record<L, string>>,
  elapsedMs: number | undefined,
): void {
  if (elapsedMs !== undefined) latency.record(elapsedMs, labels);
}
