import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The longest time between two turns of the event loop while something runs, in milliseconds.
 *
 * Every turn is looked at, that in which the call is made too: a callback waits in each of them, before any of the
 * task's own. By `threadCpu` in place of the wall's time it is the work in a turn, without the time in which the system
 * let others run.
 */
export async function longestTurn(
  task: () => Promise<unknown>,
  time: () => number = () => performance.now(),
): Promise<number> {
  let isRunning = true;
  let longest = 0;
  const watch = async (): Promise<void> => {
    for (let last = time(); isRunning; ) {
      await nextTurn();
      const now = time();
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

/** Milliseconds of a processor that this thread has had. */
export function threadCpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
