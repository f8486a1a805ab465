import type { Capabilities } from '@oriel/testkit';

/** What becomes of Oriel's types in StatsD, as the README tells. */
export const arrivesAs: Capabilities = {
  direction: 'push',
  temporality: 'delta',
  tags: 'cleaned',
  types: {
    histogram: 'summary',
    exponential_histogram: 'summary',
    gauge_histogram: 'gauge',
    info: 'gauge',
    state_set: 'gauge',
    unknown: 'gauge',
  },
  exemplars: false,
  created: false,
  nonFinite: false,
  queueLimit: 1,
};
