import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The longest time between two turns of the event loop while something runs, in milliseconds.
 *
 * Every turn is looked at, that in which the call is made too: a callback waits in each of them, before any of the
 * task's own.
 */
export async function longestTurn(task: () => Promise<unknown>): Promise<number> {
  let isRunning = true;
  let longest = 0;
  const watch = async (): Promise<void> => {
    for (let last = performance.now(); isRunning; ) {
      await nextTurn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  };
  const watching = watch();
  await task().finally(() => {
    isRunning = false;
  });
  await watching;
  return longest;
}
