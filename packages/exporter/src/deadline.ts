import type { Clock } from './clock.ts';

/**
 * Runs `act` and waits for it at most `milliseconds`.
 *
 * What it throws, at once or later, rejects the result; so does `late()` when the time is up. The act itself
 * cannot be stopped: what it does afterwards is lost.
 */
export async function withinTime<T>(
  act: () => T | Promise<T>,
  milliseconds: number,
  clock: Clock,
  late: () => Error,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = clock.setTimeout(() => reject(late()), milliseconds);
  const run = async () => act();
  run().then(resolve, reject);
  return promise.finally(() => clock.clearTimeout(timer));
}
