import type { Case } from '../case.ts';
import { scrapeSession } from '../secure-scrape.ts';

export const cases: readonly Case[] = [
  {
    name: 'scrape-secure/tls-and-user/1',
    says: 'a page of one sample on a kept connection, over TLS with a known user; bare: without either',
    unit: 'ns',
    rounds: 7,
    peers: [
      { name: 'oriel', setup: () => scrapeSession(true) },
      { name: 'bare', setup: () => scrapeSession(false) },
    ],
  },
];
