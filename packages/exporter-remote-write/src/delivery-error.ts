import { MetricsError } from '@oriel/metrics';

/** What a failure means for the batch: it may pass, or this request or all of them will never be taken. */
export type Outlook = 'passing' | 'refused' | 'misconfigured';

export interface DeliveryErrorOptions {
  readonly outlook: Outlook;
  /** Of an answer. */
  readonly status?: number;
  /** Of a system error. */
  readonly code?: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A delivery that failed. */
export class DeliveryError extends Error {
  readonly outlook: Outlook;
  readonly status: number | undefined;
  readonly code: string | undefined;
  /** For how long the receiver wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { outlook, status, code, retryAfterMs, cause }: DeliveryErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.outlook = outlook;
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether the same request may succeed later. */
export function isTransient(cause: unknown): boolean {
  // A file that the settings name cannot be read, and may be back.
  if (cause instanceof MetricsError) return true;
  return cause instanceof DeliveryError && cause.outlook === 'passing';
}
