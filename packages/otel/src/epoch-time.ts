import type { HrTime } from '@opentelemetry/api';

/** Stands for a start that is not known. */
export const UNKNOWN_TIME: HrTime = Object.freeze([0, 0]) as unknown as HrTime;

/**
 * Milliseconds since the epoch as OpenTelemetry has them; neighbours of one time share one object.
 *
 * To the microsecond: a double has no more places for the present.
 */
export class EpochTimes {
  #last = Number.NaN;
  #made: HrTime = UNKNOWN_TIME;

  of(milliseconds: number): HrTime {
    if (milliseconds === this.#last) return this.#made;
    if (!(milliseconds > 0)) return UNKNOWN_TIME;
    const microseconds = Math.round(milliseconds * 1000);
    this.#last = milliseconds;
    this.#made = [Math.floor(microseconds / 1e6), (microseconds % 1e6) * 1000];
    return this.#made;
  }
}
