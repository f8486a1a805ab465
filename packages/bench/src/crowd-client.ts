import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

// Started by soak.ts: many scrapers at once, in a process of their own.

export interface Crowd {
  readonly url: string;
  readonly scrapers: number;
  readonly ms: number;
  readonly leastBytes: number;
}

export interface CrowdResult {
  readonly served: number;
  /** Answers with the 503 that the limit of scrapes at once gives. */
  readonly busy: number;
  /** Everything else, each text once. */
  readonly failures: readonly string[];
}

process.once('disconnect', () => process.exit());
process.on('message', async (crowd: Crowd) => process.send?.(await run(crowd)));

async function run({ url, scrapers, ms, leastBytes }: Crowd): Promise<CrowdResult> {
  const until = performance.now() + ms;
  const failures = new Set<string>();
  let served = 0;
  let busy = 0;
  const scraper = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < until) {
      const answer = await scrape(url, agent).catch((error: Error) => error.message);
      if (typeof answer === 'string') failures.add(answer);
      else if (answer.status === 503) {
        busy++;
        // As Retry-After says.
        await pause(1000);
      } else if (answer.status !== 200) failures.add(`status ${answer.status}`);
      else if (answer.bytes < leastBytes) failures.add(`a page of ${answer.bytes} bytes`);
      else served++;
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: scrapers }, scraper));
  return { served, busy, failures: [...failures] };
}

function scrape(url: string, agent: Agent): Promise<{ readonly status: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const headers = { Accept: 'text/plain;version=0.0.4' };
    get(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
    }).on('error', reject);
  });
}
