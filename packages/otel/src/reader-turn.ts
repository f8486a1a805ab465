import type { CollectionResult } from '@opentelemetry/sdk-metrics';
import { MetricsError } from '@oriel/metrics';

/** What is read from: any `MetricReader` of the OpenTelemetry SDK, bound to a `MeterProvider`. */
export interface OpenTelemetryReader {
  collect(options?: { readonly timeoutMillis?: number }): Promise<CollectionResult>;
}

/** Asks a reader, and stops waiting when the time is up. */
export class ReaderTurn {
  readonly #reader: OpenTelemetryReader;
  readonly #timeoutMillis: number;
  /** Answers that nobody waits for any more. */
  #overdue = 0;

  constructor(reader: OpenTelemetryReader, timeoutMillis: number) {
    this.#reader = reader;
    this.#timeoutMillis = timeoutMillis;
  }

  /**
   * What the reader collects; `undefined` if the signal came first.
   *
   * Errors: rejects with what the reader rejects with, and with {@link MetricsError} `COLLECT_TIMEOUT` while
   * an earlier answer is overdue, so that a reader that hangs is asked once and not once per scrape.
   */
  async read(signal: AbortSignal): Promise<CollectionResult | undefined> {
    if (this.#overdue > 0) throw overdue();
    if (signal.aborted) return undefined;
    const answer = this.#ask();
    let onAbort = (): void => {};
    const stopped = new Promise<undefined>((resolve) => {
      onAbort = () => {
        this.#await(answer);
        resolve(undefined);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([answer, stopped]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  // Asynchronous, so that a reader that throws is one that rejects.
  async #ask(): Promise<CollectionResult> {
    return this.#reader.collect({ timeoutMillis: this.#timeoutMillis });
  }

  #await(answer: Promise<unknown>): void {
    this.#overdue++;
    const arrived = (): void => {
      this.#overdue--;
    };
    answer.then(arrived, arrived);
  }
}

function overdue(): MetricsError {
  return new MetricsError('COLLECT_TIMEOUT', {
    message:
      'Cannot collect OpenTelemetry metrics: the reader has not answered an earlier collection; its metrics are left out until it does',
  });
}
