/** What a clock's `setTimeout` hands out. */
export interface ClockTimer {
  /** Lets the process end while the timer runs. Clocks without a process leave it out. */
  unref?(): unknown;
}

/** Time as a backend sees it, so that a test can move it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimeout(callback: () => void, milliseconds: number): ClockTimer;
  clearTimeout(timer: ClockTimer): void;
}

/** The machine's clock and Node's timers. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  setTimeout: (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds),
  clearTimeout: (timer: ClockTimer) => clearTimeout(timer as NodeJS.Timeout),
});
