import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The longest time between two turns of the event loop while something runs, in milliseconds.
 *
 * Every turn is looked at: a callback waits in each of them.
 */
export async function longestTurn(task: () => Promise<unknown>): Promise<number> {
  let isRunning = true;
  const running = task().finally(() => {
    isRunning = false;
  });
  let longest = 0;
  let last = performance.now();
  while (isRunning) {
    await nextTurn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await running;
  return longest;
}
