/** What a {@link ResetClock} reads. */
export interface ResetTimes {
  /** When a row was made, in milliseconds since the epoch. */
  readonly createdAt: (row: number) => number;
  /** Default: `Date.now`. */
  readonly now?: () => number;
}

/** When rows began to count, of which some began anew. */
export class ResetClock {
  readonly #times: ResetTimes;
  readonly #interval: number;
  readonly #began = new Map<number, number>();

  constructor(times: ResetTimes, interval: number) {
    this.#times = times;
    this.#interval = interval;
  }

  /** Whether rows may ever begin anew. */
  get runs(): boolean {
    return this.#interval > 0;
  }

  /** Whether a row has counted for as long as it must before it may begin anew. */
  isOld(row: number): boolean {
    const began = this.#began.get(row) ?? this.#times.createdAt(row);
    return this.#now() - began >= this.#interval;
  }

  restart(row: number): void {
    this.#began.set(row, this.#now());
  }

  forget(row: number): void {
    this.#began.delete(row);
  }

  clear(): void {
    this.#began.clear();
  }

  /** When rows began, from when they were made. */
  began(made: Float64Array, listed?: readonly number[]): Float64Array {
    if (this.#began.size === 0) return made;
    return made.map((time, place) => this.#began.get(listed?.[place] ?? place) ?? time);
  }

  #now(): number {
    return (this.#times.now ?? Date.now)();
  }
}
