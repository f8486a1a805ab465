import { newExporter } from '@oriel/exporter';
import { Encoder, statsd } from '@oriel/exporter-statsd';
import { Counter, Registry } from '@oriel/metrics';
import type { ReadingSession, TimedSession } from '../case.ts';
import { longestTurn } from '../longest-turn.ts';
import { deafSocket, LEAST_BYTES, SERIES } from '../statsd-load.ts';
import { labelNames } from '../workload.ts';

/** Everything counts on before each push, so that each series has a line. */
function countingRegistry(): { readonly registry: Registry; count(): void } {
  const registry = new Registry();
  const counter = new Counter({ name: 'calls_total', labelNames, seriesLimit: SERIES });
  registry.register(counter);
  const children = Array.from({ length: SERIES }, (_, i) =>
    counter.labels(
      ...labelNames.map((_, label) => (label === 0 ? `series-${i}` : `value-${(i >> label) % 8}`)),
    ),
  );
  const count = (): void => {
    for (let i = 0; i < children.length; i++) children[i].add(1 + (i % 100));
  };
  return { registry, count };
}

/** Lines written into packets that nobody gets. */
export async function writtenLines(): Promise<TimedSession> {
  const { registry, count } = countingRegistry();
  count();
  const snapshot = await registry.gather();
  const encoder = new Encoder({
    flavour: 'dogstatsd',
    nameTags: 'path',
    histograms: 'quantiles',
    quantiles: [],
    negativeGauges: 'auto',
    maxPacketBytes: 1432,
  });
  let pushes = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        let bytes = 0;
        for (const block of encoder.encode(snapshot)) bytes += block?.size ?? 0;
        if (bytes > LEAST_BYTES) pushes++;
      }
    },
    arrived: () => pushes,
  };
}

/** A push of everything, gathered, compared with what was sent before, written and sent by UDP. */
async function pushes(): Promise<{ count(): void; push(): Promise<void>; close(): Promise<void> }> {
  const { registry, count } = countingRegistry();
  const socket = await deafSocket();
  const exporter = newExporter('', {
    registry,
    backends: [statsd],
    // Without waits between packets, which is harder.
    exporters: [`statsd+dogstatsd://127.0.0.1:${socket.port}?packetsPerSecond=0&intervalMs=86400000`],
    logLevel: 'silent',
    env: {},
  });
  await exporter.init();
  return {
    count,
    async push() {
      await exporter.forceFlush();
      const [{ error }] = exporter.backends();
      if (error !== undefined) throw error;
    },
    async close() {
      await exporter.shutdown();
      await socket.close();
    },
  };
}

/** The time of a push. */
export async function sentLines(): Promise<TimedSession> {
  const { count, push, close } = await pushes();
  return { before: count, run: push, close };
}

/** The longest time that the event loop was held by a push. */
export async function heldByPush(): Promise<ReadingSession> {
  const { count, push, close } = await pushes();
  const read = (): Promise<number> => {
    count();
    return longestTurn(push);
  };
  for (let i = 0; i < 5; i++) await read();
  return { read, close };
}
