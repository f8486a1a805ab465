import type { Case, ReadingSession } from '../case.ts';
import type * as SecureScrape from '../secure-scrape.ts';

// What it serves with is loaded by the process that measures it.
async function scrapes(isGuarded: boolean): Promise<ReadingSession> {
  const { scrapeSession }: typeof SecureScrape = await import('../secure-scrape.ts');
  return scrapeSession(isGuarded);
}

export const cases: readonly Case[] = [
  {
    name: 'scrape-secure/tls-and-user/1',
    says: 'a page of one sample on a kept connection, over TLS with a known user; bare: without either',
    unit: 'ns',
    rounds: 7,
    peers: [
      { name: 'oriel', setup: () => scrapes(true) },
      { name: 'bare', setup: () => scrapes(false) },
    ],
  },
];
