import { get as getHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { get as getHttps, Agent as HttpsAgent } from 'node:https';

// Started by secure-scrape.ts: scrapes one after the other on one connection, in a process of its own.

/** What it is asked. */
export interface Sequence {
  readonly url: string;
  readonly scrapes: number;
  readonly ca?: string;
  readonly authorization?: string;
}

/** What it answers: the time of one scrape. */
export type SequenceResult = { readonly ns: number } | { readonly error: string };

const agents = new Map<string, HttpAgent>();

process.once('disconnect', () => process.exit());
process.on('message', (sequence: Sequence) => {
  run(sequence).then(
    (ns) => process.send?.({ ns } satisfies SequenceResult),
    (error: Error) => process.send?.({ error: error.message } satisfies SequenceResult),
  );
});

async function run({ url, scrapes, ca, authorization }: Sequence): Promise<number> {
  const isSecure = url.startsWith('https:');
  const options = { keepAlive: true, maxSockets: 1 };
  const agent = agents.get(url) ?? (isSecure ? new HttpsAgent({ ...options, ca }) : new HttpAgent(options));
  agents.set(url, agent);
  const headers = authorization === undefined ? {} : { authorization };
  const get = isSecure ? getHttps : getHttp;
  const start = performance.now();
  for (let i = 0; i < scrapes; i++) {
    await new Promise<void>((resolve, reject) => {
      get(url, { agent, headers }, (response) => read(response, resolve, reject)).on('error', reject);
    });
  }
  return ((performance.now() - start) * 1e6) / scrapes;
}

function read(response: IncomingMessage, resolve: () => void, reject: (error: Error) => void): void {
  response.resume();
  response.on('error', reject);
  response.on('end', () => {
    if (response.statusCode === 200) resolve();
    else reject(new Error(`the page has status ${response.statusCode}`));
  });
}
