import type { Case, ReadingSession } from '../case.ts';
import type * as SecureScrape from '../secure-scrape.ts';

// What it serves with is loaded by the process that measures it.
async function scrapes(guard: SecureScrape.Guard): Promise<ReadingSession> {
  const { scrapeSession }: typeof SecureScrape = await import('../secure-scrape.ts');
  return scrapeSession(guard);
}

// Many short ones: of two numbers that are close only the middle of many says which is larger.
const ROUNDS = 41;

export const cases: readonly Case[] = [
  {
    name: 'scrape-secure/tls-and-user/1',
    says: 'a page of one sample on a kept connection, over TLS with a known user; bare: without either',
    unit: 'ns',
    rounds: ROUNDS,
    peers: [
      { name: 'oriel', setup: () => scrapes('tls-and-user') },
      { name: 'bare', setup: () => scrapes('nothing') },
    ],
  },
  {
    name: 'scrape-secure/user-over-tls/1',
    says: 'a page of one sample on a kept connection, over TLS with a known user; bare: over TLS with none',
    unit: 'ns',
    rounds: ROUNDS,
    peers: [
      { name: 'oriel', setup: () => scrapes('tls-and-user') },
      { name: 'bare', setup: () => scrapes('tls') },
    ],
  },
];
