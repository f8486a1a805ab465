import type { Clock } from './clock.ts';
import type { PushHealth } from './push-health.ts';

export interface PushLoopOptions<Batch> {
  readonly clock: Clock;
  /** Takes what is to be sent: a snapshot, or what a protocol makes of it. */
  readonly collect: () => Batch | Promise<Batch>;
  /** Delivers a batch, or throws; stops trying when the signal aborts. */
  readonly send: (batch: Batch, signal: AbortSignal) => void | Promise<void>;
  /** Milliseconds a delivery may take; then its signal aborts and it has failed. Default: 10000. */
  readonly sendTimeoutMs?: number;
  /** Milliseconds between two collections; 0 for none: then only `flush` and `stop` send. Default: 60000. */
  readonly intervalMs?: number;
  /** Share of the interval by which each may be shorter, from 0 to 1, so that processes do not march in step. Default: 0.1. */
  readonly jitter?: number;
  /** Batches kept while they cannot be sent; beyond it the oldest is dropped. Default: 10. */
  readonly queueLimit?: number;
  /** Wait after a first failure; it doubles with each further one. Default: 1000. */
  readonly backoffMs?: number;
  /** Default: 60000. */
  readonly maxBackoffMs?: number;
  /** How often the flush of `stop` is tried, with the waits of retries between. Default: 1. */
  readonly lastTries?: number;
  /** Whether a batch may succeed later. Default: always. */
  readonly isTransient?: (cause: unknown) => boolean;
  /**
   * Milliseconds for which the destination wants to be left alone, as `Retry-After` says; an hour at most is heeded.
   * Default: none.
   */
  readonly retryAfterMs?: (cause: unknown) => number | undefined;
  /** Told of each failure to collect or to send; a backend passes its context's `failed`. */
  readonly onFailure?: (cause: unknown) => void;
  /** Told of each batch sent; a backend passes its context's `recovered`. */
  readonly onSuccess?: () => void;
  /** The backend's self-metrics, which the loop then opens, keeps and closes. Default: none. */
  readonly health?: PushHealth | undefined;
  /** From 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** The longest that a destination can ask to be left alone. */
export const LONGEST_ALONE_MS = 3_600_000;

/** The options as the loop keeps them. */
export type LoopOptions<Batch> = Required<Omit<PushLoopOptions<Batch>, 'health'>> & {
  readonly health?: PushHealth | undefined;
};

export const pushLoopDefaults: Omit<LoopOptions<unknown>, 'clock' | 'collect' | 'send'> = {
  intervalMs: 60_000,
  sendTimeoutMs: 10_000,
  jitter: 0.1,
  queueLimit: 10,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  lastTries: 1,
  isTransient: () => true,
  retryAfterMs: () => undefined,
  onFailure: () => {},
  onSuccess: () => {},
  random: () => Math.random(),
};
