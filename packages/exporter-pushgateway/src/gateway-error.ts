/** What the Pushgateway answered instead of taking a request. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  /** Milliseconds for which it wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, text: string, retryAfterMs?: number) {
    const said = text.trim() === '' ? '' : `: ${text.trim()}`;
    super(`the Pushgateway answered ${status}${said}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether the same request may be taken later: not what was refused for what it holds. */
export function isTransient(cause: unknown): boolean {
  if (!(cause instanceof GatewayError)) return true;
  return cause.status === 429 || cause.status >= 500;
}

/** What `Retry-After` says, in seconds or as a date; `undefined` if it says nothing that can be read. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
