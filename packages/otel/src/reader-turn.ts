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
   * What the reader collects.
   *
   * Errors: rejects with what the reader rejects with, and with {@link MetricsError} `COLLECT_TIMEOUT` when the
   * signal comes first, or while an earlier answer is overdue: a reader that hangs is asked once, not once per
   * scrape.
   */
  async read(signal: AbortSignal): Promise<CollectionResult> {
    if (this.#overdue > 0) throw late('the reader has not answered an earlier collection');
    if (signal.aborted) throw late('the reader was not asked, as the time is up');
    const answer = this.#ask();
    let onAbort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        this.#await(answer);
        reject(late('the reader did not answer in time'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([answer, aborted]);
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

function late(what: string): MetricsError {
  return new MetricsError('COLLECT_TIMEOUT', {
    message: `Cannot collect OpenTelemetry metrics: ${what}; they are left out this time`,
  });
}
