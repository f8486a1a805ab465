import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Contender, PeerName } from '../src/case.ts';
import { runRounds } from '../src/rounds.ts';

// What the benchmarks' own processes are started with.
setFlagsFromString('--expose-gc');
globalThis.gc ??= runInNewContext('gc') as NodeJS.GCFunction;

function noting(name: PeerName, notes: string[]): Contender {
  return { name, setup: () => ({ read: () => notes.push(name) }) };
}

test('runRounds() lets the peers take turns and begins each round with another', async () => {
  const notes: string[] = [];
  const peers = (['oriel', 'otel', 'opencensus'] as const).map((name) => noting(name, notes));
  await runRounds(peers, { unit: 'ms', rounds: 3, lifetime: 'case' });
  expect(notes).toEqual([
    ...['oriel', 'otel', 'opencensus'],
    ...['otel', 'opencensus', 'oriel'],
    ...['opencensus', 'oriel', 'otel'],
  ]);
});

test('runRounds() tells who is at work before each turn', async () => {
  const working: string[] = [];
  await runRounds([noting('oriel', [])], {
    unit: 'ms',
    rounds: 1,
    lifetime: 'case',
    onPeer: (peer) => working.push(peer),
  });
  expect(new Set(working)).toEqual(new Set(['oriel']));
  expect(working.length).toBeGreaterThanOrEqual(2);
});

test('runRounds() prepares before each run, which is then asked for once', async () => {
  const calls: string[] = [];
  const contender: Contender = {
    name: 'oriel',
    setup: () => ({
      before: () => void calls.push('before'),
      run: (n) => void calls.push(`run ${n}`),
    }),
  };
  await runRounds([contender], { unit: 'ms', rounds: 1, lifetime: 'case' });
  expect(new Set(calls.filter((_, at) => at % 2 === 0))).toEqual(new Set(['before']));
  expect(new Set(calls.filter((_, at) => at % 2 === 1))).toEqual(new Set(['run 1']));
});

function counting(name: PeerName, off: number, closed: PeerName[]): Contender {
  let count = 0;
  return {
    name,
    setup: () => ({
      run(n) {
        for (let i = 0; i < n; i++) count++;
      },
      arrived: () => count + off,
      close: () => void closed.push(name),
    }),
  };
}

test('runRounds() fails a peer of which a single recording did not arrive', async () => {
  const outcomes = await runRounds([counting('oriel', 0, []), counting('otel', -1, [])], {
    unit: 'ns',
    rounds: 1,
    lifetime: 'case',
  });
  expect(outcomes).toEqual([
    { peer: 'oriel', runs: [expect.any(Number)] },
    { peer: 'otel', failed: expect.stringMatching(/^\d+ of \d+ recordings arrived$/) },
  ]);
});

test.each(['case', 'turn'] as const)(
  'runRounds() closes every session once, lifetime %s',
  async (lifetime) => {
    const closed: PeerName[] = [];
    const peers = [counting('oriel', 0, closed), counting('otel', -1, closed)];
    await runRounds(peers, { unit: 'ns', rounds: 1, lifetime });
    expect(closed.toSorted()).toEqual(['oriel', 'otel']);
  },
);

test('runRounds() fails a peer that does nothing', async () => {
  const idle: Contender = { name: 'otel', setup: () => ({ run() {} }) };
  const [outcome] = await runRounds([idle], { unit: 'ns', rounds: 1, lifetime: 'case' });
  expect(outcome).toMatchObject({ failed: expect.stringContaining('in no time') });
});
