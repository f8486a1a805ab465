import type { Case, PeerName } from './case.ts';
import { isContender } from './case.ts';
import type { Outcome } from './result.ts';
import { runRounds } from './rounds.ts';

// Started by case-run.ts with the address of a case file and a Task: runs one case and sends what came of it.

/** What a process is to do. */
export interface Task {
  readonly case: string;
  readonly peers: readonly PeerName[];
  readonly rounds: number;
}

/** What it sends: who is at work, at last the outcomes. */
export type Message = { readonly working: PeerName } | { readonly outcomes: readonly Outcome[] };

async function main(file: string, task: Task): Promise<void> {
  const { cases } = (await import(file)) as { cases: readonly Case[] };
  const one = cases.find(({ name }) => name === task.case);
  if (one === undefined) throw new Error(`Cannot run case "${task.case}": "${file}" has no such case`);
  const contenders = one.peers.filter(isContender).filter(({ name }) => task.peers.includes(name));
  const outcomes = await runRounds(contenders, {
    unit: one.unit,
    lifetime: one.lifetime === 'turn' ? 'turn' : 'case',
    rounds: task.rounds,
    onPeer: (working) => send({ working }),
  });
  send({ outcomes }, () => process.exit());
}

function send(message: Message, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

process.once('disconnect', () => process.exit());
await main(process.argv[2], JSON.parse(process.argv[3]) as Task);
