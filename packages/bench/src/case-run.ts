import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Case, type Contender, isContender, type PeerName, roundsOf } from './case.ts';
import type { Message, Task } from './case-process.ts';
import type { CaseResult, Outcome } from './result.ts';

export interface CaseRunOptions {
  /** Measurements of each peer. Default: the case's own. */
  readonly rounds?: number;
  /** A process that takes longer is ended, and the peer at work has failed. Default: 120 000. */
  readonly limitMs?: number;
}

const program = fileURLToPath(new URL('./case-process.ts', import.meta.url));
const execArgv = ['--conditions=oriel-source', '--expose-gc'];

/** Runs one case of a file in a process of its own. Never rejects: what goes wrong is in the outcomes. */
export async function runCase(file: URL, one: Case, options: CaseRunOptions = {}): Promise<CaseResult> {
  const rounds = options.rounds ?? roundsOf(one);
  const contenders = one.peers.filter(isContender).map(({ name }) => name);
  const run = (peers: readonly PeerName[], count: number): Promise<Outcome[]> =>
    runTogether(file, { case: one.name, peers, rounds: count }, options.limitMs ?? 120_000);
  const measured =
    one.lifetime === 'process' ? await eachApart(contenders, rounds, run) : await run(contenders, rounds);
  const outcomes = one.peers.map((peer): Outcome => {
    if (!isContender(peer)) return { peer: peer.name, skipped: peer.skip };
    return measured.find((each) => each.peer === peer.name) ?? noAnswer(peer);
  });
  return { case: one, outcomes };
}

function noAnswer({ name }: Contender): Outcome {
  return { peer: name, failed: 'no answer' };
}

async function eachApart(
  peers: readonly PeerName[],
  rounds: number,
  run: (peers: readonly PeerName[], rounds: number) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const merged = new Map<PeerName, Outcome>(peers.map((peer) => [peer, { peer, runs: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const [peer, before] of merged) {
      if (!('runs' in before)) continue;
      const [outcome] = await run([peer], 1);
      merged.set(peer, 'runs' in outcome ? { peer, runs: [...before.runs, ...outcome.runs] } : outcome);
    }
  }
  return [...merged.values()];
}

// A peer that takes the process with it is named, and the others run again without it.
async function runTogether(file: URL, task: Task, limitMs: number): Promise<Outcome[]> {
  const failed: Outcome[] = [];
  let { peers } = task;
  while (peers.length > 0) {
    const answer = await runProcess(file, { ...task, peers }, limitMs);
    if ('outcomes' in answer) return [...answer.outcomes, ...failed];
    const { working = peers[0], reason } = answer;
    failed.push({ peer: working, failed: reason });
    peers = peers.filter((peer) => peer !== working);
  }
  return failed;
}

type Answer =
  | { readonly outcomes: readonly Outcome[] }
  | { readonly working: PeerName | undefined; readonly reason: string };

function runProcess(file: URL, task: Task, limitMs: number): Promise<Answer> {
  const child = fork(program, [file.href, JSON.stringify(task)], {
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let working: PeerName | undefined;
  let outcomes: readonly Outcome[] | undefined;
  let errors = '';
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  child.stderr?.on('data', (text) => {
    errors = `${errors}${text}`.slice(-4000);
  });
  child.on('message', (message: Message) => {
    if ('working' in message) working = message.working;
    else outcomes = message.outcomes;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      if (outcomes !== undefined) return resolve({ outcomes });
      const ended = isLate ? `no end within ${limitMs} ms` : `its process ended with ${signal ?? code}`;
      resolve({ working, reason: [ended, errorLine(errors)].filter(Boolean).join(': ') });
    });
  });
}

function errorLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim();
}
