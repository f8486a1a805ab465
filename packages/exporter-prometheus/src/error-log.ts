import type { Logger } from '@oriel/exporter';

const MOST_CAUSES = 1000;

/** Logs each error once per cause, however often it comes; the rest is left to the counters. */
export function errorLog(logger: Logger): (error: Error) => void {
  const seen = new Set<string>();
  return (error) => {
    if (seen.has(error.message) || seen.size >= MOST_CAUSES) return;
    seen.add(error.message);
    logger.warn({ err: error }, error.message);
  };
}
