import type { Clock, ClockTimer } from '@oriel/exporter';

/** How long a request may take here: no other timer of the backend runs as long. */
export const REQUEST_LIMIT_MS = 123_456;

/**
 * A clock moved by hand that does not run ahead of requests: what becomes due while one is under way happens after it.
 *
 * A manual clock lets sockets settle after each call, but HTTP/2 and compression are nothing it can see. A destination
 * that never answers is not waited for.
 */
export class PatientClock implements Clock {
  readonly #clock: Clock;
  readonly #isHanging: () => boolean;
  readonly #requests = new Set<ClockTimer>();
  readonly #held: (() => void)[] = [];

  constructor(clock: Clock, isHanging: () => boolean) {
    this.#clock = clock;
    this.#isHanging = isHanging;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(callback: () => void, milliseconds: number): ClockTimer {
    if (milliseconds === REQUEST_LIMIT_MS) return this.#request(callback, milliseconds);
    return this.#clock.setTimeout(() => {
      this.#held.push(callback);
      this.#strike();
    }, milliseconds);
  }

  clearTimeout(timer: ClockTimer): void {
    this.#clock.clearTimeout(timer);
    if (this.#requests.delete(timer)) setImmediate(() => this.#strike());
  }

  #request(callback: () => void, milliseconds: number): ClockTimer {
    const timer = this.#clock.setTimeout(() => {
      if (this.#isHanging()) callback();
    }, milliseconds);
    this.#requests.add(timer);
    return timer;
  }

  #strike(): void {
    while (this.#held.length > 0 && (this.#requests.size === 0 || this.#isHanging())) this.#held.shift()?.();
  }
}
