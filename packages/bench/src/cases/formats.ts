import type { Case, Contender, TimedSession } from '../case.ts';
import { filledPage, type PageShape } from '../page.ts';

const shapes: Readonly<Record<string, PageShape>> = {
  'counters/100k': { counters: 100_000, histograms: 0 },
  'histograms-12/10k': { counters: 0, histograms: 10_000 },
};

function peer(name: 'oriel' | 'text', shape: PageShape): Contender {
  return {
    name,
    async setup(): Promise<TimedSession> {
      const { pageSource } = await import('../peers/oriel-page.ts');
      const format = name === 'text' ? 'text-0.0.4' : 'protobuf-delimited';
      const { source } = filledPage(pageSource(format), shape);
      return {
        async run(n) {
          for (let i = 0; i < n; i++) {
            const bytes = await source.render();
            if (bytes < (shape.counters + shape.histograms) * 30)
              throw new Error(`its page has ${bytes} bytes`);
          }
        },
      };
    },
  };
}

export const cases: readonly Case[] = Object.entries(shapes).map(([size, shape]) => ({
  name: `render-protobuf/${size}`,
  says: 'gathered and rendered, nothing changed since the last scrape; beside it the same page as text',
  unit: 'ms',
  lifetime: 'turn',
  peers: [peer('oriel', shape), peer('text', shape)],
}));
