import type { Case, Peer } from '../case.ts';
import { orielStatsd, statsdPeers } from '../contenders.ts';

const peers = (op: 'writtenLines' | 'sentLines'): Peer[] => statsdPeers((peer) => peer[op]());

export const cases: readonly Case[] = [
  {
    name: 'write-statsd/counters/100k',
    says: 'lines of DogStatsD with three tags, packed into packets of 1432 bytes that nobody gets',
    unit: 'ms',
    peers: peers('writtenLines'),
  },
  {
    name: 'send-statsd/counters/100k',
    says: 'the same by UDP to a socket of this machine; oriel gathers and compares as well',
    unit: 'ms',
    peers: peers('sentLines'),
  },
  {
    name: 'hold-event-loop/push-statsd/100k',
    says: 'the longest turn while 100,000 counters are gathered, compared, written and sent by UDP without waits',
    unit: 'ms',
    summary: 'worst',
    rounds: 10,
    peers: [orielStatsd((peer) => peer.heldByPush())],
  },
];
