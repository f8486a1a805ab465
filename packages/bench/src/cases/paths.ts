import type { Case } from '../case.ts';
import { orielPaths } from '../contenders.ts';

// No other peer makes labels of paths.
export const cases: readonly Case[] = [
  {
    name: 'label-path/cached/100-patterns',
    says: 'the label of one of 48 paths, asked for in turn; only oriel',
    unit: 'ns',
    peers: [orielPaths((peer) => peer.pathLabels(48))],
  },
  {
    name: 'label-path/miss/100-patterns',
    says: 'the same of 10,000 paths, more than are kept; only oriel',
    unit: 'ns',
    peers: [orielPaths((peer) => peer.pathLabels(10_000))],
  },
];
