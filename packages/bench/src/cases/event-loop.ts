import { absent, type Case } from '../case.ts';
import { pagePeers } from '../contenders.ts';
import { holdSession, idleSession } from '../page-sessions.ts';

const others = ['prom-client', 'prometheus-io', 'otel', 'opencensus'] as const;
const tooLarge = absent('not at 1 M samples: held for seconds, see 100k', ...others);

const small = { counters: 100_000, histograms: 0 };
const large = { counters: 1_000_000, histograms: 0 };

export const cases: readonly Case[] = [
  {
    name: 'hold-event-loop/idle/1M',
    says: 'the longest turn in half a second without a scrape, in a process with 1 M series',
    unit: 'ms',
    summary: 'worst',
    lifetime: 'turn',
    peers: pagePeers(1_000_000, async (make) => idleSession(await make(), large)).slice(0, 1),
  },
  {
    name: 'hold-event-loop/scrape-http/100k',
    says: 'the longest turn while 100,000 samples are scraped',
    unit: 'ms',
    summary: 'worst',
    lifetime: 'turn',
    peers: pagePeers(100_000, async (make) => holdSession(await make(), small)),
  },
  {
    name: 'hold-event-loop/scrape-http/1M',
    says: 'the longest turn while 1 M samples are scraped',
    unit: 'ms',
    summary: 'worst',
    lifetime: 'turn',
    rounds: 10,
    peers: pagePeers(1_000_000, async (make) => holdSession(await make(), large), tooLarge),
  },
];
