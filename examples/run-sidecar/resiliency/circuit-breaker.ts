export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one call may try again. */
  readonly openMs: number;
  readonly onChange: (state: CircuitState) => void;
  /** Milliseconds that never go back. Default: `performance.now`. */
  readonly now?: () => number;
}

/** Tells how a call that was let through ended. */
export type Report = (success: boolean) => void;

/**
 * Keeps calls away from who fails all the time.
 *
 * Shape: closed until `failures` calls in a row fail, then open for `openMs`, then half-open: one call is let through, and
 * its end closes or opens the circuit.
 */
export class CircuitBreaker {
  readonly #options: Required<CircuitBreakerOptions>;
  #state: CircuitState = 'closed';
  #failed = 0;
  #openedAt = 0;
  /** Counts changes of state: the report of a call from before the last one says nothing any more. */
  #era = 0;
  #trying = false;

  constructor(options: CircuitBreakerOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Lets a call through, whose end must be reported; `undefined` keeps it away. */
  admit(): Report | undefined {
    const { now, openMs } = this.#options;
    if (this.#state === 'open' && now() - this.#openedAt >= openMs) this.#become('half-open');
    if (this.#state === 'open' || (this.#state === 'half-open' && this.#trying)) return undefined;
    this.#trying = this.#state === 'half-open';
    const era = this.#era;
    return (success) => {
      if (era === this.#era) this.#ended(success);
    };
  }

  #ended(success: boolean): void {
    this.#failed = success ? 0 : this.#failed + 1;
    if (this.#state === 'half-open') this.#become(success ? 'closed' : 'open');
    else if (this.#failed >= this.#options.failures) this.#become('open');
  }

  #become(state: CircuitState): void {
    this.#state = state;
    this.#era++;
    this.#failed = 0;
    this.#trying = false;
    if (state === 'open') this.#openedAt = this.#options.now();
    this.#options.onChange(state);
  }
}
