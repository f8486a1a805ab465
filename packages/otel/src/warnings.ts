/** The most different warnings that are remembered, and so given. */
const WARNING_LIMIT = 1000;

/** Gives each warning once. */
export class Warnings {
  readonly #given = new Set<string>();
  readonly #tell: (message: string) => void;

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /** Warns about a metric, once for each cause: the words before the colon. */
  about(metric: string, cause: string, what: string): void {
    const key = JSON.stringify([metric, cause]);
    if (this.#given.has(key) || this.#given.size >= WARNING_LIMIT) return;
    this.#given.add(key);
    try {
      this.#tell(`Cannot ${cause} of OpenTelemetry metric "${metric}": ${what}`);
    } catch {
      // A logger that fails must not cost the metrics.
    }
  }
}
