import type { PageSource } from '../page.ts';
import type { PromLibrary } from './prom-library.ts';
import type * as PromPage from './prom-page.ts';
import type * as PromRecord from './prom-record.ts';

export type PromName = 'prom-client' | 'prometheus-io';

/** Loads one of the two. */
export async function loadProm(name: PromName): Promise<PromLibrary> {
  if (name === 'prom-client') return (await import('prom-client')).default;
  // Its types differ from those of the library it succeeds, in places that are not used here.
  return (await import('@prometheus-io/client')).default as unknown as PromLibrary;
}

// The query gives each library a copy of the module of its own: what the engine learns of the loops that drive
// one does not slow those of the other down.

export async function promLoops(name: PromName): Promise<typeof PromRecord> {
  return (await import(`./prom-record.ts?for=${name}`)) as typeof PromRecord;
}

export async function promPage(name: PromName): Promise<PageSource> {
  const { pageSource } = (await import(`./prom-page.ts?for=${name}`)) as typeof PromPage;
  return pageSource(await loadProm(name));
}
