import type { Logger } from '@oriel/exporter';

const MOST_REMEMBERED = 1000;

/** Tells a logger of each fault once. */
export class WarnOnce {
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  tell(error: Error): void {
    if (this.#told.has(error.message) || this.#told.size >= MOST_REMEMBERED) return;
    this.#told.add(error.message);
    this.#logger.warn({ err: error }, error.message);
  }
}
