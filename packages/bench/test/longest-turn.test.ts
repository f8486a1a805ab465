import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { longestTurn, threadCpu } from '../src/longest-turn.ts';

const HELD_MS = 80;

// Keeps the loop for so long without any work.
function hold(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_MS);
}

function work(): void {
  for (const end = threadCpu() + HELD_MS; threadCpu() < end; );
}

test('longestTurn() has the turn in which it was called, and any later one', async () => {
  expect(await longestTurn(async () => hold())).toBeGreaterThanOrEqual(HELD_MS - 1);
  const later = async (): Promise<void> => {
    await nextTurn();
    hold();
    await nextTurn();
  };
  expect(await longestTurn(later)).toBeGreaterThanOrEqual(HELD_MS - 1);
});

test('longestTurn() by the processor time of the thread counts work, and no wait', async () => {
  expect(await longestTurn(async () => work(), threadCpu)).toBeGreaterThanOrEqual(HELD_MS);
  expect(await longestTurn(async () => hold(), threadCpu)).toBeLessThan(HELD_MS);
  expect(await longestTurn(() => pause(HELD_MS), threadCpu)).toBeLessThan(HELD_MS);
});
