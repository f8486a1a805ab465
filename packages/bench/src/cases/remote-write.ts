import { absent, type Case } from '../case.ts';
import { npmRemoteWrite, orielPushing, orielRemoteWrite } from '../contenders.ts';

const says = 'messages of 2000 counters with five labels before compression, until they are 100 MB';

export const cases: readonly Case[] = [
  {
    name: 'write-message/remote-write-1-0/100MB',
    says: `${says}; the other peer from objects that it has already`,
    unit: 'ms',
    peers: [
      orielRemoteWrite((peer) => peer.writtenMessages('1.0')),
      npmRemoteWrite((peer) => peer.writtenMessages()),
    ],
  },
  {
    name: 'write-message/remote-write-2-0/100MB',
    says: `${says}; each series takes a third of the bytes that it takes in 1.0`,
    unit: 'ms',
    peers: [
      orielRemoteWrite((peer) => peer.writtenMessages('2.0')),
      ...absent('speaks 1.0 only', 'prometheus-remote-write'),
    ],
  },
  {
    name: 'hold-event-loop/push-remote-write/100k',
    says: 'the longest turn while 100,000 counters are gathered, written, compressed and sent to another thread',
    unit: 'ms',
    summary: 'worst',
    rounds: 10,
    peers: [orielPushing((peer) => peer.heldByPush('remote-write'))],
  },
];
