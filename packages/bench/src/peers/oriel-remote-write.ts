import { newExporter } from '@oriel/exporter';
import { encoder, type ProtocolVersion, remoteWrite } from '@oriel/exporter-remote-write';
import { Counter, Registry } from '@oriel/metrics';
import type { ReadingSession, TimedSession } from '../case.ts';
import { longestTurn } from '../longest-turn.ts';
import { BYTES, identity, labelsOf, receiver, SERIES, SERIES_A_MESSAGE } from '../remote-write-load.ts';
import { labelNames } from '../workload.ts';

function filledRegistry(): { readonly registry: Registry; count(): void } {
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, seriesLimit: SERIES });
  registry.register(counter);
  const children = Array.from({ length: SERIES }, (_, i) => {
    const { method, route, status } = labelsOf(i);
    return counter.labels(method, route, status);
  });
  const count = (): void => {
    for (let i = 0; i < children.length; i++) children[i].add(1 + (i % 1000) / 4);
  };
  count();
  return { registry, count };
}

/** Messages that nobody gets. */
export async function writtenMessages(version: ProtocolVersion): Promise<TimedSession> {
  const snapshot = await filledRegistry().registry.gather();
  const encode = encoder({ version, labels: identity, maxSamples: SERIES_A_MESSAGE });
  let runs = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        for (let bytes = 0; bytes < BYTES; ) for (const message of encode(snapshot)) bytes += message.length;
        runs++;
      }
    },
    arrived: () => runs,
  };
}

/** The longest time that the event loop was held by a push of everything. */
export async function heldByPush(): Promise<ReadingSession> {
  const { registry, count } = filledRegistry();
  const { port, close } = await receiver();
  const exporter = newExporter('', {
    registry,
    backends: [remoteWrite],
    exporters: [`remote-write+http://127.0.0.1:${port}`],
    logLevel: 'silent',
    env: {},
  });
  await exporter.init();
  const read = async (): Promise<number> => {
    count();
    const held = await longestTurn(() => exporter.forceFlush());
    const [{ error }] = exporter.backends();
    if (error !== undefined) throw error;
    return held;
  };
  for (let i = 0; i < 5; i++) await read();
  return {
    read,
    async close() {
      await exporter.shutdown();
      await close();
    },
  };
}
