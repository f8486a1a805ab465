import { newExporter } from '@oriel/exporter';
import { Encoder, statsd } from '@oriel/exporter-statsd';
import { Counter, Registry } from '@oriel/metrics';
import type { TimedSession } from '../case.ts';
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

/** Gathered, compared with what was sent before, written and sent by UDP. */
export async function sentLines(): Promise<TimedSession> {
  const { registry, count } = countingRegistry();
  const socket = await deafSocket();
  const exporter = newExporter('', {
    registry,
    backends: [statsd],
    exporters: [`statsd+dogstatsd://127.0.0.1:${socket.port}?packetsPerSecond=0&intervalMs=86400000`],
    logLevel: 'silent',
    env: {},
  });
  await exporter.init();
  let pushes = 0;
  return {
    before: count,
    async run() {
      await exporter.forceFlush();
      if (exporter.backends()[0].error === undefined) pushes++;
    },
    arrived: () => pushes,
    async close() {
      await exporter.shutdown();
      socket.close();
    },
  };
}
