import type { Collector } from '@oriel/metrics';

/**
 * A collector with something to run between scrapes.
 *
 * Registering does not start it. Collected without a start it gives the metrics that need none.
 */
export interface StartableCollector extends Collector {
  /** Starts what runs between scrapes; a second call does nothing. Never keeps the process alive. */
  start(): void;
  /** Ends it and leaves nothing behind; it may be started again. */
  stop(): void;
  /** The same as {@link StartableCollector.stop}. */
  [Symbol.dispose](): void;
}
