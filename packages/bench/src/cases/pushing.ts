import type { Case, Session } from '../case.ts';
import type * as OrielPushing from '../peers/oriel-pushing.ts';
import type { Pushed } from '../peers/oriel-pushing.ts';

const pushed: readonly Pushed[] = ['remote-write', 'otlp', 'statsd'];

async function pushing(setup: (peer: typeof OrielPushing) => Promise<Session>): Promise<Session> {
  return setup(await import('../peers/oriel-pushing.ts'));
}

export const cases: readonly Case[] = pushed.map((backend) => ({
  name: `record-while-pushing/${backend}/100k`,
  says: `a recording at full speed, with one push of 100,000 counters in ten seconds by ${backend}; bare: without`,
  unit: 'ns',
  rounds: 3,
  lifetime: 'turn',
  peers: [
    { name: 'oriel', setup: () => pushing((peer) => peer.recordingWhilePushing(backend)) },
    { name: 'bare', setup: () => pushing((peer) => peer.recordingAlone()) },
  ],
}));
