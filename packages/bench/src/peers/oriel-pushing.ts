import { setImmediate as turn } from 'node:timers/promises';
import { type Backend, type Exporter, newExporter } from '@oriel/exporter';
import { otlp } from '@oriel/exporter-otlp';
import { remoteWrite } from '@oriel/exporter-remote-write';
import { statsd } from '@oriel/exporter-statsd';
import type { CounterChild, Registry } from '@oriel/metrics';
import type { ReadingSession } from '../case.ts';
import { countingRegistry } from '../counting-registry.ts';
import { longestTurn } from '../longest-turn.ts';
import { receiver, SERIES } from '../remote-write-load.ts';
import { deafSocket } from '../statsd-load.ts';

export type Pushed = 'remote-write' | 'otlp' | 'statsd';

/** Shorter than the minute between two pushes by default, so harder. */
const PERIOD_MS = 10_000;
const TURN_MS = 1;

interface Destination {
  readonly url: string;
  readonly backend: Backend;
  close(): unknown;
}

async function destinationOf(pushed: Pushed): Promise<Destination> {
  if (pushed === 'statsd') {
    const { port, close } = await deafSocket();
    return { url: `statsd://127.0.0.1:${port}`, backend: statsd as Backend, close };
  }
  const { port, close } = await receiver();
  const backend = (pushed === 'otlp' ? otlp : remoteWrite) as Backend;
  return { url: `${pushed}+http://127.0.0.1:${port}`, backend, close };
}

/** The time of a recording while nothing else is done but a turn of the event loop each millisecond. */
export async function recordingAlone(): Promise<ReadingSession> {
  const { children } = countingRegistry();
  return { read: () => timePerRecording(children, () => Promise.resolve()) };
}

/** The same with one push of everything in ten seconds. */
export async function recordingWhilePushing(pushed: Pushed): Promise<ReadingSession> {
  const { registry, children } = countingRegistry();
  const { exporter, close } = await exporting(registry, pushed);
  await exporter.forceFlush();
  return { read: () => timePerRecording(children, () => exporter.forceFlush()), close };
}

/** The longest time that the event loop was held by a push of everything. */
export async function heldByPush(pushed: Pushed): Promise<ReadingSession> {
  const { registry, count } = countingRegistry();
  const { exporter, close } = await exporting(registry, pushed);
  const read = async (): Promise<number> => {
    count();
    const held = await longestTurn(() => exporter.forceFlush());
    const [{ error }] = exporter.backends();
    if (error !== undefined) throw error;
    return held;
  };
  for (let i = 0; i < 5; i++) await read();
  return { read, close };
}

async function exporting(
  registry: Registry,
  pushed: Pushed,
): Promise<{ readonly exporter: Exporter; close(): Promise<void> }> {
  const { url, backend, close } = await destinationOf(pushed);
  const exporter = newExporter('', {
    registry,
    backends: [backend],
    exporters: [url],
    logLevel: 'silent',
    env: {},
  });
  await exporter.init();
  return {
    exporter,
    async close() {
      await exporter.shutdown();
      await close();
    },
  };
}

async function timePerRecording(
  children: readonly CounterChild[],
  push: () => Promise<void>,
): Promise<number> {
  const began = performance.now();
  let pushing: Promise<void> | undefined;
  let recorded = 0;
  while (performance.now() - began < PERIOD_MS) {
    if (performance.now() - began > PERIOD_MS / 2) pushing ??= push();
    const until = performance.now() + TURN_MS;
    while (performance.now() < until) {
      for (let i = 0; i < 100; i++) children[recorded++ % SERIES].inc();
    }
    await turn();
  }
  await pushing;
  return ((performance.now() - began) * 1e6) / recorded;
}
