import type { ServerResponse } from 'node:http';
import type { Family, Gatherer } from '@oriel/metrics';
import { gatherWithin } from './gather-within.ts';
import { type FoundFamily, type LandingPageOptions, landingPage, type SearchResult } from './landing-page.ts';
import { onceOver } from './once-over.ts';
import { answerText } from './plain-answer.ts';
import { queryOf } from './request-url.ts';
import { scrapeDeadline } from './scrape-deadline.ts';
import type { RequestHandler } from './scrape-handler.ts';

const MOST_SHOWN = 100;
const MOST_SEARCHES = 4;
const LONGEST_QUERY = 200;

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
// As the pages that scrapers get at the same place.
const varies = { Vary: 'Accept, Accept-Encoding' };

/**
 * Answers a browser with the landing page, and `?q=` with the metrics whose name or help has these letters.
 *
 * Errors: as {@link landingPage}.
 */
export function landing(
  options: LandingPageOptions,
  metricsPath: string,
  gatherer: Gatherer,
): RequestHandler {
  const plain = landingPage(options, metricsPath);
  let searches = 0;
  return (request, response) => {
    const query = queryOf(request.url);
    if (query === undefined) return answerPage(response, 200, plain);
    if (searches >= MOST_SEARCHES) {
      const text = 'Too many searches are running; try again later\n';
      return answerText(response, 503, text, { 'Retry-After': '1', ...varies });
    }
    searches++;
    const left = new AbortController();
    onceOver(request, response, () => left.abort());
    void search(gatherer, query.slice(0, LONGEST_QUERY), left.signal)
      .then(
        (result) => answerPage(response, 200, landingPage(options, metricsPath, result)),
        () => answerText(response, 503, 'Cannot search: metrics could not be gathered\n', varies),
      )
      .finally(() => searches--);
  };
}

async function search(gatherer: Gatherer, query: string, signal: AbortSignal): Promise<SearchResult> {
  const { families } = await gatherWithin(gatherer, {
    deadline: scrapeDeadline(undefined, undefined),
    timeoutMs: undefined,
    signal,
  });
  const wanted = query.trim().toLowerCase();
  const hits = families.filter(({ name, help }) => `${name}\n${help}`.toLowerCase().includes(wanted));
  return { query, families: hits.slice(0, MOST_SHOWN).map(foundFamily), total: hits.length };
}

function foundFamily({ name, type, help, parts }: Family): FoundFamily {
  const series = parts.reduce((sum, { rows }) => sum + rows, 0);
  return { name, type: type.replaceAll('_', ' '), help, series };
}

function answerPage(response: ServerResponse, status: number, html: string): void {
  if (response.destroyed) return;
  // A web configuration may have a policy of its own.
  if (!response.hasHeader('Content-Security-Policy')) response.setHeader('Content-Security-Policy', policy);
  answerText(response, status, html, { 'Content-Type': 'text/html; charset=utf-8', ...varies });
}
