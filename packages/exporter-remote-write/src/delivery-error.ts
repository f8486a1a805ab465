import { MetricsError } from '@oriel/metrics';

/** Why a delivery failed, as the self-metrics tell it. */
export type FailureCause = (typeof failureCauses)[number];

export const failureCauses = [
  'collect',
  'network',
  'timeout',
  'throttled',
  'server_error',
  'refused',
  'misconfigured',
  'internal',
] as const;

export interface DeliveryErrorOptions {
  readonly failure: FailureCause;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A delivery that failed. */
export class DeliveryError extends Error {
  readonly failure: FailureCause;
  /** For how long the receiver wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { failure, retryAfterMs, cause }: DeliveryErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What failed, whatever was thrown. */
export function failureOf(cause: unknown): FailureCause {
  if (cause instanceof DeliveryError) return cause.failure;
  // A file that the settings name cannot be read.
  return cause instanceof MetricsError ? 'misconfigured' : 'internal';
}

/** Whether the same request may succeed later. */
export function isTransient(cause: unknown): boolean {
  if (cause instanceof MetricsError) return true;
  return !['refused', 'misconfigured', 'internal'].includes(failureOf(cause));
}
