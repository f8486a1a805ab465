import type { Case, Contender, TimedSession } from '../case.ts';
import { filledPage, type PageShape } from '../page.ts';
import type { PageState } from '../page-sessions.ts';

interface Rendered {
  readonly shape: PageShape;
  readonly state: PageState;
}

const pages: Readonly<Record<string, Rendered>> = {
  'counters/100k': { shape: { counters: 100_000, histograms: 0 }, state: 'unchanged' },
  'counters-changed/100k': { shape: { counters: 100_000, histograms: 0 }, state: 'changed' },
  'histograms-12/10k': { shape: { counters: 0, histograms: 10_000 }, state: 'unchanged' },
};

function peer(name: 'oriel' | 'text', { shape, state }: Rendered): Contender {
  return {
    name,
    async setup(): Promise<TimedSession> {
      const { pageSource } = await import('../peers/oriel-page.ts');
      const format = name === 'text' ? 'text-0.0.4' : 'protobuf-delimited';
      const page = filledPage(pageSource(format), shape);
      return {
        async run(n) {
          for (let i = 0; i < n; i++) {
            const bytes = await page.source.render();
            if (bytes < (shape.counters + shape.histograms) * 30)
              throw new Error(`its page has ${bytes} bytes`);
          }
        },
        ...(state === 'changed' && { before: () => page.change() }),
      };
    },
  };
}

export const cases: readonly Case[] = Object.entries(pages).map(([content, page]) => ({
  name: `render-protobuf/${content}`,
  says: `gathered and rendered, ${page.state === 'changed' ? 'all' : 'nothing'} changed since the last scrape; beside it the same page as text`,
  unit: 'ms',
  lifetime: 'turn',
  peers: [peer('oriel', page), peer('text', page)],
}));
