import { setImmediate as turn } from 'node:timers/promises';

const SLICE_MS = 4;

/** Runs steps to their end, and lets the event loop have its turn every few milliseconds. */
export async function inSlices<T>(steps: Iterator<void, T>): Promise<T> {
  let end = performance.now() + SLICE_MS;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() < end) continue;
    await turn();
    end = performance.now() + SLICE_MS;
  }
}
