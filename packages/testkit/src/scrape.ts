import { get, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { PageFormat } from './page-reader.ts';
import { rowsOfPage } from './page-rows.ts';
import type { Row } from './row.ts';

export interface ScrapeOptions {
  /** Default: OpenMetrics 1.0 with UTF-8 names, as Prometheus 3 asks. */
  readonly accept?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** A page as a scraper gets it, read strictly. */
export interface Scrape {
  readonly page: string;
  readonly headers: IncomingHttpHeaders;
  readonly format: PageFormat;
  readonly rows: readonly Row[];
}

/**
 * Scrapes a page over a connection of its own and reads it as strictly as its format is written.
 *
 * Errors: an `Error` for any answer but 200, for a content type that is no format, and at the first byte that breaks it.
 *
 * @example
 * const destination = await httpDestination({
 *   answer: () => ({ headers: { 'content-type': 'text/plain; version=0.0.4' }, body: '# TYPE up gauge\nup 1\n' }),
 * });
 * const { rows } = await scrape(destination.url);
 * assert.equal(rows[0].value, 1);
 * await destination.close();
 */
export async function scrape(url: string | URL, options: ScrapeOptions = {}): Promise<Scrape> {
  const { status, headers, page } = await fetched(url, {
    accept: options.accept ?? openMetrics,
    ...options.headers,
  });
  if (status !== 200) throw new Error(`Cannot scrape "${url}": it answered ${status} ${page.slice(0, 200)}`);
  const format = formatOf(headers['content-type'] ?? '');
  if (format === undefined)
    throw new Error(
      `Cannot scrape "${url}": its content type is "${headers['content-type']}"; text 0.0.4 and OpenMetrics are read`,
    );
  return { page, headers, format, rows: rowsOfPage(page, format) };
}

const openMetrics = 'application/openmetrics-text; version=1.0.0; escaping=allow-utf-8';

function formatOf(contentType: string): PageFormat | undefined {
  if (contentType.startsWith('application/openmetrics-text')) return 'openmetrics';
  return contentType.startsWith('text/plain') ? 'text' : undefined;
}

interface Fetched {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly page: string;
}

// No agent: a connection that stays open would look like a leak of whoever is under test.
function fetched(url: string | URL, headers: OutgoingHttpHeaders): Promise<Fetched> {
  const { promise, resolve, reject } = Promise.withResolvers<Fetched>();
  const request = get(url, { agent: false, headers }, (response) => {
    let page = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      page += text;
    });
    response.on('error', reject).on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, page });
    });
  });
  request.on('error', reject);
  return promise;
}
