import { absent, type Case } from '../case.ts';
import { noHandles, orielInstruments as oriel, otel, proms } from '../contenders.ts';

// Through counters and histograms, and their children that are held.

const classicOnly = absent('has no exponential buckets', 'prom-client', 'prometheus-io');
const measuresOnly = absent('has measures and views, see record/', 'opencensus');

export const cases: readonly Case[] = [
  {
    name: 'inc/counter/no-labels',
    says: 'a counter without labels',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.plainCounter()),
      ...proms((peer, library) => peer.plainCounter(library)),
      otel((peer) => peer.plainCounter()),
      ...measuresOnly,
    ],
  },
  {
    name: 'inc/counter/3-labels',
    says: 'a counter, a new labels object for each call, 48 series in turn',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.freshCounter()),
      ...proms((peer, library) => peer.freshCounter(library)),
      otel((peer) => peer.freshCounter()),
      ...measuresOnly,
    ],
  },
  {
    name: 'observe/histogram-34/3-labels',
    says: 'a histogram of 34 bounds, a new labels object for each call, 48 series in turn',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.freshHistogram()),
      ...proms((peer, library) => peer.freshHistogram(library)),
      otel((peer) => peer.freshHistogram()),
      ...measuresOnly,
    ],
  },
  {
    name: 'inc-child/counter/3-labels',
    says: "a counter's child that is held",
    unit: 'ns',
    peers: [
      oriel((peer) => peer.heldCounter()),
      ...proms((peer, library) => peer.heldCounter(library)),
      ...noHandles,
    ],
  },
  {
    name: 'observe-child/histogram-34/3-labels',
    says: "a histogram's child that is held",
    unit: 'ns',
    peers: [
      oriel((peer) => peer.heldHistogram()),
      ...proms((peer, library) => peer.heldHistogram(library)),
      ...noHandles,
    ],
  },
  {
    name: 'observe-child/exponential/3-labels',
    says: 'the same with exponential buckets of schema 3, at most 160',
    unit: 'ns',
    peers: [oriel((peer) => peer.heldExponential()), ...classicOnly, ...noHandles],
  },
];
