/** Anything a duration in seconds can be given to. */
export interface Observer {
  observe(seconds: number): void;
}

/** Starts a clock; the function it returns gives the seconds since then to the observer and returns them. */
export function startTimer(observer: Observer): () => number {
  const start = performance.now();
  return () => {
    const seconds = Math.max(0, performance.now() - start) / 1000;
    observer.observe(seconds);
    return seconds;
  };
}

/** Runs a function and observes how long it took, until its promise settles if it returns one. */
export function timed<T>(observer: Observer, fn: () => T): T {
  const stop = startTimer(observer);
  let result: T;
  try {
    result = fn();
  } catch (error) {
    stop();
    throw error;
  }
  if (!isThenable(result)) {
    stop();
    return result;
  }
  // A promise of another realm or library may know no `finally`.
  return Promise.resolve(result).finally(stop) as T;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}
