import { absent, type Case } from '../case.ts';
import { pagePeers } from '../contenders.ts';
import { type PageShape, samplesOf } from '../page.ts';
import { httpSession, type PageState, renderSession } from '../page-sessions.ts';

const sizes = { '1k': 1000, '10k': 10_000, '100k': 100_000, '1M': 1_000_000 } as const;
const states: readonly PageState[] = ['unchanged', 'changed'];

const tooLarge = absent(
  'not at 1 M samples: seconds a scrape and a gigabyte of heap, see 100k',
  'prom-client',
  'prometheus-io',
  'otel',
  'opencensus',
);

/** As many series as make that many samples. */
function shapeOf(kind: 'counters' | 'histograms-12', samples: number): PageShape {
  if (kind === 'counters') return { counters: samples, histograms: 0 };
  return { counters: 0, histograms: Math.ceil(samples / samplesOf({ counters: 0, histograms: 1 })) };
}

interface Scraped {
  readonly state: PageState;
  readonly content: string;
  readonly size: string;
  readonly shape: PageShape;
}

function bothWays({ state, content, size, shape }: Scraped): Case[] {
  // Fewer where every peer takes long and no target is at stake.
  const rounds = size === '100k' ? 4 : 6;
  const series = shape.counters + shape.histograms;
  const skips = samplesOf(shape) >= 1_000_000 ? tooLarge : [];
  const what = `${samplesOf(shape)} samples, ${state === 'changed' ? 'all' : 'none'} changed since the last scrape`;
  return [
    {
      name: `scrape-text/${content}-${state}/${size}`,
      says: `gathered and rendered: ${what}`,
      unit: 'ms',
      lifetime: 'turn',
      rounds,
      peers: pagePeers(series, async (make) => renderSession(await make(), shape, state), skips),
    },
    {
      name: `scrape-http/${content}-${state}/${size}`,
      says: `from request to last byte: ${what}`,
      unit: 'ms',
      lifetime: 'turn',
      rounds,
      peers: pagePeers(series, async (make) => httpSession(await make(), shape, state), skips),
    },
  ];
}

const uniform = (['counters', 'histograms-12'] as const).flatMap((content) =>
  states.flatMap((state) =>
    Object.entries(sizes).flatMap(([size, samples]) =>
      bothWays({ state, content, size, shape: shapeOf(content, samples) }),
    ),
  ),
);

const mixed = states.flatMap((state) =>
  bothWays({ state, content: 'mixed', size: '240k', shape: { counters: 100_000, histograms: 10_000 } }),
);

export const cases: readonly Case[] = [...uniform, ...mixed];
