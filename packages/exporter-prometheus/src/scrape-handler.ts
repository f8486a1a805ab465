import type { IncomingMessage, ServerResponse } from 'node:http';
import { encode } from './encode.ts';
import { answerText, refusedMethod } from './plain-answer.ts';
import { type Encode, Scrape } from './scrape.ts';
import { type ScrapeHandlerOptions, type ScrapeSettings, scrapeSettings } from './scrape-settings.ts';

/** Answers one request of `node:http`, Express, or anything that hands on node's own two objects. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A request handler that serves metrics in the format, name escaping and compression the client asks for.
 *
 * The snapshot is taken once, rendered in slices between which the event loop is free, and streamed no faster
 * than it is read. What fails before the first byte is a 500; after it the connection is cut.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 *
 * @example
 * const { createServer } = await import('node:http');
 * const server = createServer(scrapeHandler({ maxConcurrentScrapes: 10 }));
 */
export function scrapeHandler(options: ScrapeHandlerOptions = {}): RequestHandler {
  return handlerOf(scrapeSettings(options), encode);
}

/** The handler over any encoder. */
export function handlerOf(settings: ScrapeSettings, encoder: Encode): RequestHandler {
  const context = { settings, encode: encoder };
  const running = new Set<Scrape>();
  return (request, response) => {
    response.appendHeader('Vary', 'Accept, Accept-Encoding');
    // A client that goes is noticed by its 'close'.
    response.on('error', () => {});
    settings.metrics.watch(request, response);
    if (refusedMethod(request.method, response)) return;
    if (isFull(running.size, settings)) return answerBusy(response, settings);
    const scrape = new Scrape(request, response, context);
    running.add(scrape);
    void scrape.run().finally(() => running.delete(scrape));
  };
}

function isFull(running: number, { maxConcurrentScrapes: limit }: ScrapeSettings): boolean {
  return limit > 0 && running >= limit;
}

function answerBusy(response: ServerResponse, { maxConcurrentScrapes: limit }: ScrapeSettings): void {
  answerText(response, 503, `Cannot serve metrics: ${limit} scrapes are running; try again later\n`, {
    'Retry-After': '1',
  });
}
