import { setTimeout as pause } from 'node:timers/promises';
import type { ReadingSession, TimedSession } from './case.ts';
import { heldBytes } from './garbage.ts';
import { longestTurn } from './longest-turn.ts';
import { SETTLE_BELOW_MS } from './measurement.ts';
import { filledPage, type PageShape, type PageSource, samplesOf } from './page.ts';
import { Scraper } from './scraper.ts';

/** Whether series were recorded to since the scrape before. */
export type PageState = 'unchanged' | 'changed';

/** Gathering and rendering, without a server. */
export async function renderSession(
  source: PageSource,
  shape: PageShape,
  state: PageState,
): Promise<TimedSession> {
  const page = filledPage(source, shape);
  return {
    async run(n) {
      for (let i = 0; i < n; i++) await page.render();
    },
    ...(state === 'changed' && { before: () => page.change() }),
    close: () => page.close(),
  };
}

/** Request to last byte; the mean of several scrapes where they are short. */
export async function httpSession(
  source: PageSource,
  shape: PageShape,
  state: PageState,
): Promise<ReadingSession> {
  const page = filledPage(source, shape);
  const scraper = await Scraper.of(page);
  const scrapes = Math.max(1, Math.min(20, Math.round(20_000 / samplesOf(shape))));
  let last = 0;
  const read = async (): Promise<number> => {
    // As in measurement.ts: what is quick settles after the collection before it.
    if (last > 0 && last < SETTLE_BELOW_MS) await scraper.scrape();
    let ms = 0;
    for (let i = 0; i < scrapes; i++) {
      if (state === 'changed') page.change();
      ms += await scraper.scrape();
    }
    last = ms / scrapes;
    return last;
  };
  // One scrape warms a large page up, forty a small one.
  await read();
  if (scrapes > 1) await read();
  return { read, close: () => scraper.close() };
}

/** The longest time that the event loop was held while a page was scraped. */
export async function holdSession(source: PageSource, shape: PageShape): Promise<ReadingSession> {
  const page = filledPage(source, shape);
  const scraper = await Scraper.of(page);
  const read = (): Promise<number> => longestTurn(() => scraper.scrape());
  await read();
  return { read, close: () => scraper.close() };
}

/** As {@link holdSession}, without a scrape: what the machine and the collector of garbage do by themselves. */
export async function idleSession(source: PageSource, shape: PageShape): Promise<ReadingSession> {
  const page = filledPage(source, shape);
  return { read: () => longestTurn(() => pause(500)), close: () => page.close() };
}

/** What a series holds after it was scraped, beside its numbers and label texts. */
export function heapSession(makeSource: () => Promise<PageSource>, shape: PageShape): ReadingSession {
  const series = shape.counters + shape.histograms;
  const numberBytes = 8 * (shape.counters + shape.histograms * 13);
  return {
    async read() {
      // Code is loaded and compiled before the first reading.
      const first = filledPage(await makeSource(), { counters: 1000, histograms: 1000 });
      await first.render();
      await first.close();
      const source = await makeSource();
      const before = heldBytes();
      const page = filledPage(source, shape);
      await page.render();
      const held = heldBytes() - before;
      const beside = held - numberBytes - page.textBytes;
      await page.close();
      return beside / series;
    },
  };
}
