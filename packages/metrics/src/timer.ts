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
  if (!(result instanceof Promise)) {
    stop();
    return result;
  }
  return result.finally(stop) as T;
}
