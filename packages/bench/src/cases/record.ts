import { absent, type Case } from '../case.ts';
import { noHandles, noViews, opencensus, orielStats as oriel, otel, proms } from '../contenders.ts';

// Through measures and views. Peers without views record on the instruments that come to the same.

const noContext = absent('takes no tags from the context', 'prom-client', 'prometheus-io', 'otel');

const noExponential = absent('has no exponential buckets', 'prom-client', 'prometheus-io');

const noRules = absent('has no rules for label values', 'prom-client', 'prometheus-io', 'otel', 'opencensus');

export const cases: readonly Case[] = [
  {
    name: 'record/no-view/3-tags',
    says: 'a measure that no view watches; OpenTelemetry: an instrument that a view drops',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.noView()),
      ...noViews,
      otel((peer) => peer.dropped()),
      opencensus((peer) => peer.noView()),
    ],
  },
  {
    name: 'record/count/3-tags',
    says: 'one view that counts, a new tags object for each call, 48 series in turn',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.fresh(peer.countView)),
      ...proms((peer, library) => peer.freshCounter(library)),
      otel((peer) => peer.freshCounter()),
      opencensus((peer) => peer.fresh('count')),
    ],
  },
  {
    name: 'record/distribution-34/3-tags',
    says: 'one view with 34 bounds, a new tags object for each call, 48 series in turn',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.fresh(peer.distributionView)),
      ...proms((peer, library) => peer.freshHistogram(library)),
      otel((peer) => peer.freshHistogram()),
      opencensus((peer) => peer.fresh('distribution')),
    ],
  },
  {
    name: 'record/2-views/3-tags',
    says: 'a count and a distribution of one measure; without views: a counter and a histogram',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.fresh(peer.countView, peer.distributionView)),
      ...proms((peer, library) => peer.freshBoth(library)),
      otel((peer) => peer.freshBoth()),
      opencensus((peer) => peer.fresh('count', 'distribution')),
    ],
  },
  {
    name: 'record/count-rule/3-tags',
    says: 'one view that counts, a rule of the operator rewrites one of the tags, 48 series in turn',
    unit: 'ns',
    peers: [oriel((peer) => peer.ruled()), ...noRules],
  },
  {
    name: 'record-bound/no-view/3-tags',
    says: 'a recorder for fixed tags that no view watches',
    unit: 'ns',
    peers: [oriel((peer) => peer.boundNoView()), ...noViews, ...noHandles],
  },
  {
    name: 'record-bound/count/3-tags',
    says: 'a recorder for fixed tags, a view that counts; prom-client: a held child',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.bound(peer.countView)),
      ...proms((peer, library) => peer.heldCounter(library)),
      ...noHandles,
    ],
  },
  {
    name: 'record-bound/distribution-34/3-tags',
    says: 'a recorder for fixed tags, a view with 34 bounds; prom-client: a held child',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.bound(peer.distributionView)),
      ...proms((peer, library) => peer.heldHistogram(library)),
      ...noHandles,
    ],
  },
  {
    name: 'record-bound/exponential/3-tags',
    says: 'a recorder for fixed tags, a view with exponential buckets of schema 3, at most 160',
    unit: 'ns',
    peers: [oriel((peer) => peer.bound(peer.exponentialView)), ...noExponential, ...noHandles],
  },
  {
    name: 'record-bound/2-views/3-tags',
    says: 'a recorder for fixed tags, a count and a distribution; prom-client: two held children',
    unit: 'ns',
    peers: [
      oriel((peer) => peer.bound(peer.countView, peer.distributionView)),
      ...proms((peer, library) => peer.heldBoth(library)),
      ...noHandles,
    ],
  },
  {
    name: 'record-context/count/3-tags',
    says: 'all tags from the context, a view that counts, 1,000 recordings in each context',
    unit: 'ns',
    peers: [oriel((peer) => peer.inContext(1000)), ...noContext, opencensus((peer) => peer.inContext(1000))],
  },
  {
    name: 'record-new-context/count/3-tags',
    says: 'entering a context with three tags and recording once in it',
    unit: 'ns',
    peers: [oriel((peer) => peer.inContext(1)), ...noContext, opencensus((peer) => peer.inContext(1))],
  },
];
