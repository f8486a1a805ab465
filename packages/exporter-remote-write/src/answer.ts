import type { IncomingHttpHeaders } from 'node:http';
import { DeliveryError, type Outlook } from './delivery-error.ts';

/** What a receiver said. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning of its text. */
  readonly body: string;
}

// The receiver refuses everything, not what this request holds.
const misconfigured: ReadonlySet<number> = new Set([401, 403, 404, 405, 415]);

/** Whether it has taken the request. */
export function isTaken({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The failure that an answer is, by the table of the specification. */
export function failureOfAnswer(answer: Answer, now: number): DeliveryError {
  const { status, headers, body } = answer;
  const place = headers.location === undefined ? '' : ` and sent on to "${headers.location}"`;
  const said = body.trim() === '' ? '' : `: ${body.trim()}`;
  return new DeliveryError(`the receiver answered ${status}${place}${said}`, {
    outlook: outlookOf(status),
    status,
    retryAfterMs: retryAfterMs(headers['retry-after'], now),
  });
}

function outlookOf(status: number): Outlook {
  if (status === 429 || status >= 500) return 'passing';
  return status < 400 || misconfigured.has(status) ? 'misconfigured' : 'refused';
}

/** What `Retry-After` says, as seconds or as a date; undefined if it says nothing that can be read. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** How much of a 2.0 request was written; undefined if the receiver does not say so, as one of 1.0 does not. */
export function writtenOf({ headers }: Answer): { samples: number; histograms: number } | undefined {
  const read = (what: string): number | undefined => {
    const text = headers[`x-prometheus-remote-write-${what}-written`];
    return typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const [samples, histograms] = [read('samples'), read('histograms')];
  if (samples === undefined && histograms === undefined) return undefined;
  return { samples: samples ?? 0, histograms: histograms ?? 0 };
}
