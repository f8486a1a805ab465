import { absent, type Case } from '../case.ts';
import { orielInstruments, pagePeers } from '../contenders.ts';
import type { PageShape } from '../page.ts';
import { heapSession } from '../page-sessions.ts';

const COUNTERS = 100_000;
const HISTOGRAMS = 50_000;
const others = ['prom-client', 'prometheus-io', 'otel', 'opencensus'] as const;

function heapCase(name: string, says: string, shape: PageShape): Case {
  return {
    name,
    says: `bytes held per series after a scrape, numbers and label texts taken off: ${says}`,
    unit: 'bytes',
    rounds: 2,
    lifetime: 'process',
    peers: pagePeers(shape.counters + shape.histograms, (make) => heapSession(make, shape)),
  };
}

export const cases: readonly Case[] = [
  heapCase('heap/counters/100k', '3 labels, 20 series with the same route', {
    counters: COUNTERS,
    histograms: 0,
  }),
  heapCase('heap/counters-own-label/100k', '3 labels, every series with a route of its own', {
    counters: COUNTERS,
    histograms: 0,
    seriesPerRoute: 1,
  }),
  heapCase('heap/histograms-12/50k', '3 labels, 20 series with the same route', {
    counters: 0,
    histograms: HISTOGRAMS,
  }),
  ...(['histogram-0', 'histogram-34', 'exponential'] as const).map(
    (layout): Case => ({
      name: `heap-held/${layout}/4k`,
      says: `bytes held per series of ${layout} after 10 k latencies, numbers and labels with them`,
      unit: 'bytes',
      rounds: 2,
      lifetime: 'process',
      peers: [
        orielInstruments((peer) => peer.heldBySeries(layout)),
        ...absent('compared are layouts of oriel', ...others),
      ],
    }),
  ),
];
