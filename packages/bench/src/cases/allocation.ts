import { allocationSession } from '../allocation.ts';
import { absent, type Case } from '../case.ts';
import { noHandles, orielInstruments, orielStats, proms } from '../contenders.ts';

const counters = proms((peer, library) => allocationSession(peer.heldCounter(library)));
const histograms = proms((peer, library) => allocationSession(peer.heldHistogram(library)));

export const cases: readonly Case[] = [
  {
    name: 'allocate-bound/count/3-tags',
    says: 'bytes allocated per recording of record-bound/count',
    unit: 'bytes',
    peers: [orielStats((peer) => allocationSession(peer.bound(peer.countView))), ...counters, ...noHandles],
  },
  {
    name: 'allocate-bound/distribution-34/3-tags',
    says: 'bytes allocated per recording of record-bound/distribution-34',
    unit: 'bytes',
    peers: [
      orielStats((peer) => allocationSession(peer.bound(peer.distributionView))),
      ...histograms,
      ...noHandles,
    ],
  },
  {
    name: 'allocate-child/counter/3-labels',
    says: 'bytes allocated per recording of inc-child/counter',
    unit: 'bytes',
    peers: [orielInstruments((peer) => allocationSession(peer.heldCounter())), ...counters, ...noHandles],
  },
  {
    name: 'allocate-child/histogram-34/3-labels',
    says: 'bytes allocated per recording of observe-child/histogram-34',
    unit: 'bytes',
    peers: [orielInstruments((peer) => allocationSession(peer.heldHistogram())), ...histograms, ...noHandles],
  },
  {
    name: 'allocate-child/exponential/3-labels',
    says: 'bytes allocated per recording of observe-child/exponential',
    unit: 'bytes',
    peers: [
      orielInstruments((peer) => allocationSession(peer.heldExponential())),
      ...absent('has no exponential buckets', 'prom-client', 'prometheus-io'),
      ...noHandles,
    ],
  },
];
