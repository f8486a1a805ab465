import { setTimeout as pause } from 'node:timers/promises';

/** Waits for something to become true; the test's own time limit ends it. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await pause(5);
}
