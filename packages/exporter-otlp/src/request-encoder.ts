import type { ScopedRange } from '@oriel/otel';

/** What one request is to tell. */
export interface MetricRequest {
  readonly ranges: readonly ScopedRange[];
  /** When the snapshot was taken, in milliseconds since the epoch. */
  readonly time: number;
  readonly temporality: 'cumulative' | 'delta';
  readonly resource: Readonly<Record<string, string>>;
  /** Exemplars from before that time were sent already. */
  readonly exemplarsSince: number;
}

/** What a receiver says it did not take of a request, and why. */
export interface Rejection {
  readonly rejected: number;
  readonly reason: string;
}

export const NO_REJECTION: Rejection = { rejected: 0, reason: '' };

/** Writes requests in one of OTLP's two forms, and reads the answers to them. */
export interface RequestEncoder {
  /** The bytes of a request; the next may overwrite them. */
  encode(request: MetricRequest): Promise<Uint8Array>;
  /** Errors: what cannot be read may throw anything. */
  rejectionIn(answer: Uint8Array): Rejection;
}

/** The most buckets of one sign that an exponential histogram is sent with; wider ones get a coarser scale. */
export const MOST_BUCKETS = 1024;
