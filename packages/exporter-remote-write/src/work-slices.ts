import { setImmediate as turn } from 'node:timers/promises';

/** Lets the event loop have its turn between two pieces of work that may each take a few milliseconds. */
export function nextTurn(): Promise<void> {
  return turn();
}

const SLICE_MS = 4;

/** Runs steps to their end, and lets the event loop have its turn every few milliseconds. */
export async function inSlices<T>(steps: Iterator<void, T>): Promise<T> {
  let end = performance.now() + SLICE_MS;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() < end) continue;
    await nextTurn();
    end = performance.now() + SLICE_MS;
  }
}
