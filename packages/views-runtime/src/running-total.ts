import { OVERFLOW_LABEL_VALUE } from '@oriel/metrics';

interface Total {
  count: number;
}

/**
 * How many of something there are at a time, by key, for gauges that are told of each change.
 *
 * Shape: beyond `limit` keys, new ones share one total under `__overflow__`.
 */
export class RunningTotal {
  readonly #totals = new Map<string, Total>();
  readonly #limit: number;
  readonly #onChange: (key: string, total: number) => void;

  constructor(limit: number, onChange: (key: string, total: number) => void) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  /** One more; the answer takes it away again, once however often it is called. */
  enter(key: string): () => void {
    const own = this.#keyOf(key);
    const total = this.#totals.get(own) ?? { count: 0 };
    this.#totals.set(own, total);
    this.#change(own, total, 1);
    let inside = true;
    return () => {
      // After a reset the total is another one, in which this never was.
      if (inside && this.#totals.get(own) === total) this.#change(own, total, -1);
      inside = false;
    };
  }

  /** Sets a key that was seen to zero; those inside it leave unnoticed. */
  reset(key: string): void {
    if (!this.#totals.has(key)) return;
    this.#totals.set(key, { count: 0 });
    this.#onChange(key, 0);
  }

  #change(key: string, total: Total, by: number): void {
    total.count += by;
    this.#onChange(key, total.count);
  }

  #keyOf(key: string): string {
    return this.#totals.has(key) || this.#totals.size < this.#limit ? key : OVERFLOW_LABEL_VALUE;
  }
}
