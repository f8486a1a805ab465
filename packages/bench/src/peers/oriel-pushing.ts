import { setImmediate as turn } from 'node:timers/promises';
import { type Backend, newExporter } from '@oriel/exporter';
import { otlp } from '@oriel/exporter-otlp';
import { remoteWrite } from '@oriel/exporter-remote-write';
import { statsd } from '@oriel/exporter-statsd';
import { Counter, type CounterChild, Registry } from '@oriel/metrics';
import type { ReadingSession } from '../case.ts';
import { labelsOf, receiver, SERIES } from '../remote-write-load.ts';
import { deafSocket } from '../statsd-load.ts';
import { labelNames } from '../workload.ts';

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
  const { children } = filled();
  return { read: () => timePerRecording(children, () => Promise.resolve()) };
}

/** The same with one push of everything in ten seconds. */
export async function recordingWhilePushing(pushed: Pushed): Promise<ReadingSession> {
  const { registry, children } = filled();
  const { url, backend, close } = await destinationOf(pushed);
  const exporter = newExporter('', {
    registry,
    backends: [backend],
    exporters: [url],
    logLevel: 'silent',
    env: {},
  });
  await exporter.init();
  await exporter.forceFlush();
  return {
    read: () => timePerRecording(children, () => exporter.forceFlush()),
    async close() {
      await exporter.shutdown();
      await close();
    },
  };
}

function filled(): { readonly registry: Registry; readonly children: readonly CounterChild[] } {
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, seriesLimit: SERIES });
  registry.register(counter);
  const children = Array.from({ length: SERIES }, (_, i) => {
    const { method, route, status } = labelsOf(i);
    return counter.labels(method, route, status);
  });
  for (const child of children) child.inc();
  return { registry, children };
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
