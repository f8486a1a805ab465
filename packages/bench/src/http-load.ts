import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import type { ReadingSession } from './case.ts';

const program = fileURLToPath(new URL('./peers/http-server.ts', import.meta.url));
const SECONDS = 2;

/** Serves in a process of its own, measured by a peer or by nobody, and is asked as much as it can answer. */
export async function httpLoad(
  peer: 'bare' | 'oriel' | 'otel',
  load: { readonly connections: number; readonly pipelining: number },
): Promise<ReadingSession> {
  const child = fork(program, [peer], { execArgv: ['--conditions=oriel-source'] });
  const [port] = (await once(child, 'message')) as [number];
  let answered = 0;
  const fire = async (duration: number): Promise<number> => {
    const result = await autocannon({ url: `http://127.0.0.1:${port}`, duration, ...load });
    if (result.errors + result.non2xx > 0)
      throw new Error(`${result.errors + result.non2xx} requests failed`);
    answered += result['2xx'];
    return (result.duration * 1e9) / result['2xx'];
  };
  await fire(1);
  return {
    read: () => fire(SECONDS),
    async close() {
      const counted = await ask(child);
      child.kill();
      // What was under way at the end of a turn was answered, and no longer read.
      if (counted < answered) throw new Error(`${counted} of ${answered} requests were counted`);
    },
  };
}

async function ask(child: ChildProcess): Promise<number> {
  child.send('counted');
  const [counted] = (await once(child, 'message')) as [number];
  return counted ?? Number.NaN;
}
