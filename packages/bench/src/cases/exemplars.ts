import { count, distribution, exponential } from '@oriel/stats';
import type { Case, Contender, Session } from '../case.ts';
import type * as Peer from '../peers/oriel-exemplars.ts';
import { latencyBounds } from '../workload.ts';

// Beside `bare`, the same with exemplars off: what they cost where none is taken, and where one could be at any time.

function onAndOff(setup: (peer: typeof Peer, exemplars: boolean) => Session): Contender[] {
  return (['oriel', 'bare'] as const).map((name) => ({
    name,
    setup: async () => setup(await import('../peers/oriel-exemplars.ts'), name === 'oriel'),
  }));
}

export const cases: readonly Case[] = [
  {
    name: 'record-exemplars/no-span/count',
    says: 'a recorder for fixed tags, a view that counts, exemplars on, no span active; bare: off',
    unit: 'ns',
    peers: onAndOff((peer, on) => peer.bound(count(), on, 'no-span')),
  },
  {
    name: 'record-exemplars/no-span/distribution-34',
    says: 'the same with a view of 34 bounds',
    unit: 'ns',
    peers: onAndOff((peer, on) => peer.bound(distribution(latencyBounds), on, 'no-span')),
  },
  {
    name: 'record-exemplars/no-span/exponential',
    says: 'the same with exponential buckets',
    unit: 'ns',
    peers: onAndOff((peer, on) => peer.bound(exponential(), on, 'no-span')),
  },
  {
    name: 'record-exemplars/sampled-span/count',
    says: 'a view that counts, all recordings in one sampled span',
    unit: 'ns',
    peers: onAndOff((peer, on) => peer.bound(count(), on, 'sampled-span')),
  },
  {
    name: 'inc-exemplars/no-span/counter',
    says: "a counter's child that is held, exemplars on, no span active; bare: off",
    unit: 'ns',
    peers: onAndOff((peer, on) => peer.heldCounter(on)),
  },
  {
    name: 'observe-exemplars/no-span/histogram-34',
    says: "a histogram's child that is held, exemplars on, no span active; bare: off",
    unit: 'ns',
    peers: onAndOff((peer, on) => peer.heldHistogram(on)),
  },
];
