import { expect, test } from 'vitest';
import { runCase } from '../src/case-run.ts';
import type { CaseResult } from '../src/result.ts';
import { apart, crashing, failing, good, hanging, together, turns } from './fixtures/cases.ts';

const file = new URL('./fixtures/cases.ts', import.meta.url);

function runsOf({ outcomes }: CaseResult, peer: string): readonly number[] {
  const outcome = outcomes.find((each) => each.peer === peer);
  if (outcome === undefined || !('runs' in outcome)) throw new Error(`${peer} has no runs`);
  return outcome.runs;
}

test('runCase() gives every peer the asked number of measurements, and names who stays away', async () => {
  const result = await runCase(file, good, { rounds: 3 });
  expect(runsOf(result, 'oriel')).toHaveLength(3);
  expect(runsOf(result, 'otel').every((ns) => ns > 0 && ns < 1e6)).toBe(true);
  expect(result.outcomes[2]).toEqual({ peer: 'opencensus', skipped: 'has no fixture' });
});

test('runCase() names peers that fail, in the order of the case, and measures the others', async () => {
  const { outcomes } = await runCase(file, failing, { rounds: 2 });
  expect(outcomes).toEqual([
    { peer: 'prom-client', failed: 'it cannot be set up' },
    { peer: 'oriel', runs: [expect.any(Number), expect.any(Number)] },
    { peer: 'prometheus-io', failed: 'it cannot run' },
    { peer: 'otel', failed: expect.stringMatching(/^1 of \d+ recordings arrived$/) },
    { peer: 'opencensus', failed: 'it measured NaN' },
  ]);
});

test('runCase() runs again without a peer that took the process with it', async () => {
  const { outcomes } = await runCase(file, crashing, { rounds: 2 });
  expect(outcomes).toEqual([
    { peer: 'oriel', runs: [expect.any(Number), expect.any(Number)] },
    { peer: 'otel', failed: 'its process ended with 3: Error: out of everything' },
  ]);
});

test('runCase() ends a peer that does not end', async () => {
  const { outcomes } = await runCase(file, hanging, { rounds: 1, limitMs: 1500 });
  expect(outcomes).toEqual([{ peer: 'otel', failed: 'no end within 1500 ms' }]);
});

test('runCase() names the peers of a file that cannot be loaded', async () => {
  const { outcomes } = await runCase(new URL('./fixtures/missing.ts', import.meta.url), together);
  expect(outcomes).toEqual([{ peer: 'oriel', failed: expect.stringContaining('Cannot find module') }]);
});

test('lifetime "process" measures in a process of its own each time, "case" in one', async () => {
  const processes = async (one: typeof apart): Promise<number> =>
    new Set(runsOf(await runCase(file, one, { rounds: 3 }), 'oriel')).size;
  expect(await processes(apart)).toBe(3);
  expect(await processes(together)).toBe(1);
});

test('lifetime "turn" never lets two peers live at once, and takes every measurement', async () => {
  const result = await runCase(file, turns, { rounds: 3 });
  expect(runsOf(result, 'oriel')).toEqual([1, 1, 1]);
  expect(runsOf(result, 'otel')).toEqual([1, 1, 1]);
});
