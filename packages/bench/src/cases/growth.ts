import type { Case } from '../case.ts';
import { orielStats } from '../contenders.ts';

// What a scrape costs per series shows in scrape-text, from 1k to 1M.
export const cases: readonly Case[] = (
  [
    ['1k', 1000],
    ['1M', 1_000_000],
  ] as const
).map(([size, series]) => ({
  name: `record-random/count/${size}-series`,
  says: `one view that counts, a new tags object of a random one of ${series} series; only oriel`,
  unit: 'ns',
  peers: [orielStats((peer) => peer.randomRows(series))],
}));
