import { type Gatherer, MetricsError, type Snapshot } from '@oriel/metrics';
import type { ScrapeDeadline } from './scrape-deadline.ts';

export interface GatherWithinOptions {
  readonly deadline: ScrapeDeadline;
  /** Passed on if it was set: it may also lengthen a registry's own limit. */
  readonly timeoutMs: number | undefined;
  /** Names of the collectors to ask. Default: all. */
  readonly collectors?: Iterable<string> | undefined;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * Gathers, and stops waiting for collectors at the deadline.
 *
 * Errors: {@link MetricsError} `COLLECT_TIMEOUT` when the gatherer itself does not answer.
 */
export async function gatherWithin(gatherer: Gatherer, options: GatherWithinOptions): Promise<Snapshot> {
  const { deadline, timeoutMs, collectors, signal } = options;
  const late = new AbortController();
  const hurry = setTimeout(() => late.abort(), deadline.gatherMs);
  const { promise: never, reject } = Promise.withResolvers<never>();
  const giveUp = setTimeout(() => reject(gaveUp(deadline)), deadline.giveUpMs);
  try {
    const limit = timeoutMs === undefined ? {} : { timeoutMs: deadline.gatherMs };
    const gathered = gatherer.gather({
      ...limit,
      ...(collectors && { collectors }),
      signal: AbortSignal.any([late.signal, signal]),
    });
    return await Promise.race([gathered, never]);
  } finally {
    clearTimeout(hurry);
    clearTimeout(giveUp);
  }
}

function gaveUp({ giveUpMs }: ScrapeDeadline): MetricsError {
  return new MetricsError('COLLECT_TIMEOUT', {
    message: `Cannot gather metrics: no answer within ${Math.round(giveUpMs)} ms; raise the scrape time-out or mend the gatherer`,
    details: { timeoutMs: giveUpMs },
  });
}
