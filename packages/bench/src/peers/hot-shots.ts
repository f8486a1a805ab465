import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { type ClientOptions, StatsD } from 'hot-shots';
import type { TimedSession } from '../case.ts';
import { deafSocket, LEAST_BYTES, SERIES } from '../statsd-load.ts';
import { labelNames } from '../workload.ts';

// The event loop gets its turn, or what was handed to the socket would pile up.
const CALLS_A_TURN = 1000;

// Made beforehand: the cheapest form it takes tags in.
function allTags(): string[][] {
  return Array.from({ length: SERIES }, (_, i) =>
    labelNames.map((name, label) => `${name}:${label === 0 ? `series-${i}` : `value-${(i >> label) % 8}`}`),
  );
}

async function session(options: ClientOptions, bytes: () => number): Promise<TimedSession> {
  const client = new StatsD({ maxBufferSize: 1432, errorHandler: () => undefined, ...options });
  const tags = allTags();
  let pushes = 0;
  return {
    async run(n) {
      for (let push = 0; push < n; push++) {
        const before = bytes();
        for (let i = 0; i < SERIES; i++) {
          client.increment('calls_total', 1 + (i % 100), tags[i]);
          if (i % CALLS_A_TURN === 0) await turn();
        }
        if (bytes() - before > LEAST_BYTES) pushes++;
      }
    },
    arrived: () => pushes,
    close: () => new Promise<void>((resolve) => client.close(() => resolve())),
  };
}

/** Lines packed for a stream that throws them away. */
export function writtenLines(): Promise<TimedSession> {
  let bytes = 0;
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done();
    },
  });
  return session({ protocol: 'stream', stream }, () => bytes);
}

/** Lines sent by UDP, packed as Oriel packs them. */
export async function sentLines(): Promise<TimedSession> {
  const socket = await deafSocket();
  let calls = 0;
  const made = await session({ host: '127.0.0.1', port: socket.port }, () => (calls += LEAST_BYTES + 1));
  return {
    ...made,
    async close() {
      await made.close?.();
      await socket.close();
    },
  };
}
