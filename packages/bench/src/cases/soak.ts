import type { Case, ReadingSession } from '../case.ts';
import type * as Soak from '../soak.ts';

const MINUTE_MS = 60_000;

// What it serves with is loaded by the process that measures it.
async function soak(what: Soak.SoakResult): Promise<ReadingSession> {
  const { soakSession }: typeof Soak = await import('../soak.ts');
  return soakSession(what, MINUTE_MS);
}

async function idle(): Promise<ReadingSession> {
  const { idleSession }: typeof Soak = await import('../soak.ts');
  return idleSession(MINUTE_MS);
}

const crowd = '200 scrapers at once on 100,000 series for a minute, which get pages or the 503 of the limit';

export const cases: readonly Case[] = [
  {
    name: 'soak-longest-turn/idle/busy-machine',
    says: 'the longest turn in a minute of an event loop with nothing to do, on a machine kept busy at the lowest priority',
    unit: 'ms',
    summary: 'worst',
    rounds: 1,
    peers: [{ name: 'oriel', setup: idle }],
  },
  {
    name: 'soak-longest-turn/coalesced/200-scrapers',
    says: `the longest turn of the event loop: ${crowd}`,
    unit: 'ms',
    summary: 'worst',
    rounds: 1,
    peers: [{ name: 'oriel', setup: () => soak('longest-turn') }],
  },
  {
    name: 'soak-longest-turn/coalesced-cpu/200-scrapers',
    says: `the most processor time that the serving thread takes in one turn: ${crowd}`,
    unit: 'ms',
    summary: 'worst',
    rounds: 1,
    peers: [{ name: 'oriel', setup: () => soak('most-work') }],
  },
  {
    name: 'soak-memory/coalesced/200-scrapers',
    says: `what the process holds afterwards beyond what it held before: ${crowd}`,
    unit: 'bytes',
    summary: 'worst',
    rounds: 1,
    peers: [{ name: 'oriel', setup: () => soak('memory') }],
  },
];
