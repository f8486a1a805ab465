import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Collector, Desc, type FamilySink, MetricsError, type Registerer } from '@oriel/metrics';
import { onceOver } from './once-over.ts';

export type ErrorCause = 'gathering' | 'encoding';

const requests = new Desc({
  name: 'promhttp_metric_handler_requests_total',
  type: 'counter',
  help: 'Total number of scrapes by HTTP status code.',
  labelNames: ['code'],
});
const inFlight = new Desc({
  name: 'promhttp_metric_handler_requests_in_flight',
  type: 'gauge',
  help: 'Current number of scrapes being served.',
});
const errors = new Desc({
  name: 'promhttp_metric_handler_errors_total',
  type: 'counter',
  help: 'Total number of errors met while serving scrapes, by cause.',
  labelNames: ['cause'],
});
const duration = new Desc({
  name: 'oriel_scrape_duration_seconds',
  type: 'summary',
  unit: 'seconds',
  help: 'Time from a scrape request to the end of its answer.',
});
const pageSize = new Desc({
  name: 'oriel_scrape_page_bytes',
  type: 'summary',
  unit: 'bytes',
  help: 'Size of the pages served, before compression.',
});

/**
 * What scrape handlers tell about themselves: answers by code, scrapes under way, errors, time and size.
 *
 * Handlers that register with the same registry share one. A request whose client left before an answer
 * began has no code and is counted in none.
 */
export class HandlerMetrics implements Collector {
  readonly #created = Date.now();
  readonly #requests = new Map<number, number>([200, 500, 503].map((code) => [code, 0]));
  readonly #errors: Record<ErrorCause, number> = { gathering: 0, encoding: 0 };
  readonly #duration = { count: 0, sum: 0 };
  readonly #pageSize = { count: 0, sum: 0 };
  #inFlight = 0;

  /** Registers new metrics, or finds those that another handler registered. */
  static in(registerer: Registerer): HandlerMetrics {
    const fresh = new HandlerMetrics();
    try {
      registerer.register(fresh);
      return fresh;
    } catch (error) {
      const existing = error instanceof MetricsError ? error.details.existing : undefined;
      if (existing instanceof HandlerMetrics) return existing;
      throw error;
    }
  }

  describe(): Desc[] {
    return [requests, inFlight, errors, duration, pageSize];
  }

  collect(out: FamilySink): void {
    const created = this.#created;
    for (const [code, count] of this.#requests) out.counter(requests, count, [code], { created });
    for (const [cause, count] of Object.entries(this.#errors))
      out.counter(errors, count, [cause], { created });
    out.gauge(inFlight, this.#inFlight);
    out.summary(duration, this.#duration, [], { created });
    out.summary(pageSize, this.#pageSize, [], { created });
  }

  /** Counts a request as under way until its answer has ended or its client has gone. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    const began = performance.now();
    this.#inFlight++;
    onceOver(request, response, () => {
      this.#inFlight--;
      if (response.headersSent) this.#answered(response.statusCode, (performance.now() - began) / 1000);
    });
  }

  failed(cause: ErrorCause): void {
    this.#errors[cause]++;
  }

  served(bytes: number): void {
    this.#pageSize.count++;
    this.#pageSize.sum += bytes;
  }

  #answered(code: number, seconds: number): void {
    this.#requests.set(code, (this.#requests.get(code) ?? 0) + 1);
    if (code !== 200) return;
    this.#duration.count++;
    this.#duration.sum += seconds;
  }
}
