import type { Case } from '../case.ts';
import { pagePeers } from '../contenders.ts';
import type { PageShape } from '../page.ts';
import { heapSession } from '../page-sessions.ts';

const SERIES = 100_000;

function heapCase(name: string, says: string, shape: PageShape): Case {
  return {
    name,
    says: `bytes held per series after a scrape, numbers and label texts taken off: ${says}`,
    unit: 'bytes',
    rounds: 2,
    fresh: true,
    peers: pagePeers(SERIES, (make) => heapSession(make, shape)),
  };
}

export const cases: readonly Case[] = [
  heapCase('heap/counters/100k', '3 labels, 20 series with the same route', {
    counters: SERIES,
    histograms: 0,
  }),
  heapCase('heap/counters-own-label/100k', '3 labels, every series with a route of its own', {
    counters: SERIES,
    histograms: 0,
    seriesPerRoute: 1,
  }),
  heapCase('heap/histograms-12/100k', '3 labels, 20 series with the same route', {
    counters: 0,
    histograms: SERIES,
  }),
];
