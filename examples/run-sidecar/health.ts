import { setTimeout as sleep } from 'node:timers/promises';
import type { AppChannel } from './apps/app.ts';

const EVERY_MS = 2000;
const TIMEOUT_MS = 500;

/** Asks the apps for their health, until it is stopped. */
export function startProbes(channels: ReadonlyMap<string, AppChannel>): { stop(): Promise<void> } {
  const ended = new AbortController();
  const running = run([...channels.values()], ended.signal);
  return {
    stop: () => {
      ended.abort();
      return running;
    },
  };
}

async function run(channels: readonly AppChannel[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await Promise.all(channels.map((channel) => channel.probe(TIMEOUT_MS)));
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
