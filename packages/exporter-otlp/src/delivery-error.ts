export interface DeliveryErrorOptions {
  /** An HTTP status, or the one that means the same as gRPC's. */
  readonly status?: number;
  /** Of a system error. */
  readonly code?: string;
  /** Whether the same request may be taken later. */
  readonly transient: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A request that was not taken. */
export class DeliveryError extends Error {
  override readonly name: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly transient: boolean;
  /** For how long the receiver wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: DeliveryErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = options.code === 'ETIMEDOUT' ? 'TimeoutError' : 'DeliveryError';
    this.status = options.status;
    this.code = options.code;
    this.transient = options.transient;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether the receiver has said that it will never take this. */
export function isRefusal(cause: unknown): boolean {
  return cause instanceof DeliveryError && !cause.transient;
}
