/** How long a scrape may wait for collectors, in milliseconds. */
export interface ScrapeDeadline {
  /** After this collectors are no longer waited for. */
  readonly gatherMs: number;
  /** After this the scrape is given up, should even the gatherer not answer. */
  readonly giveUpMs: number;
}

// Half a second under the time-out that Prometheus has unless it is told otherwise.
const UNTOLD_MS = 9_500;
const LONGEST_MARGIN_MS = 500;
const LONGEST_MS = 2 ** 30;

/**
 * The deadline by the scraper's time-out header and the server's own limit.
 *
 * A fifth of the scraper's time, half a second at most, is kept for rendering and the way back.
 */
export function scrapeDeadline(header: string | undefined, limitMs: number | undefined): ScrapeDeadline {
  const told = toldMs(header);
  const margin = told === undefined ? LONGEST_MARGIN_MS : Math.min(LONGEST_MARGIN_MS, told / 5);
  const gatherMs = Math.min(
    told === undefined ? UNTOLD_MS : told - margin,
    limitMs ?? LONGEST_MS,
    LONGEST_MS,
  );
  return { gatherMs: Math.max(1, gatherMs), giveUpMs: Math.max(1, gatherMs) + margin / 2 };
}

function toldMs(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
