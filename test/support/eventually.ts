import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const STEP_MS = 50;

/**
 * Asks another program until it answers: neither `undefined` nor a failure.
 *
 * `what` is whom a test has waited for in vain, as the start of a sentence.
 */
export async function eventually<T>(
  what: string | (() => string),
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  let failure: unknown;
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause(STEP_MS)) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      failure = error;
    }
  }
  const name = typeof what === 'string' ? what : what();
  throw new Error(`${name} did not answer as wanted within ${PATIENCE_MS / 1000} s`, { cause: failure });
}
