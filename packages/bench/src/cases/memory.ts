import type { Case } from '../case.ts';
import { pagePeers } from '../contenders.ts';
import type { PageShape } from '../page.ts';
import { heapSession } from '../page-sessions.ts';

const COUNTERS = 100_000;
const HISTOGRAMS = 50_000;

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
];
