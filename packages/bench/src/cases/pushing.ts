import type { Case } from '../case.ts';
import { orielPushing } from '../contenders.ts';
import type { Pushed } from '../peers/oriel-pushing.ts';

const pushed: readonly Pushed[] = ['remote-write', 'otlp', 'statsd'];

export const cases: readonly Case[] = pushed.map((backend) => ({
  name: `record-while-pushing/${backend}/100k`,
  says: `a recording at full speed, with one push of 100,000 counters in ten seconds by ${backend}; bare: without`,
  unit: 'ns',
  rounds: 3,
  lifetime: 'turn',
  peers: [
    orielPushing((peer) => peer.recordingWhilePushing(backend)),
    { ...orielPushing((peer) => peer.recordingAlone()), name: 'bare' },
  ],
}));
