import { newExporter } from '@oriel/exporter';
import { statsd } from '@oriel/exporter-statsd';
import { Counter, Gauge, Histogram, Registry } from '@oriel/metrics';
import { udpDestination } from '@oriel/testkit';
import { expect, onTestFinished } from 'vitest';
import { testWith } from '../support/tools.ts';
import { Collectd } from './collectd.ts';

interface Program {
  readonly calls: Counter<'peer'>;
  readonly depth: Gauge;
  readonly wait: Histogram;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** A program that counts, as after its start: with nothing counted yet. */
async function start(port: number): Promise<Program> {
  const registry = new Registry();
  const calls = new Counter({ name: 'calls_total', labelNames: ['peer'] });
  const depth = new Gauge({ name: 'depth' });
  const wait = new Histogram({ name: 'wait', buckets: [1, 2, 4] });
  for (const each of [calls, depth, wait]) registry.register(each);
  const exporters = [`statsd://127.0.0.1:${port}`];
  const exporter = newExporter('', { registry, backends: [statsd], exporters, env: {}, logLevel: 'silent' });
  await exporter.init();
  onTestFinished(() => exporter.shutdown());
  return { calls, depth, wait, flush: () => exporter.forceFlush(), stop: () => exporter.shutdown() };
}

async function freePort(): Promise<number> {
  const destination = await udpDestination();
  await destination.close();
  return destination.port;
}

async function daemonOn(port: number): Promise<Collectd> {
  const daemon = await Collectd.start(port);
  onTestFinished(() => daemon.stop());
  return daemon;
}

const PEERS = 300;

/** Counts i and some at each peer i, and adds that to what was counted. */
function countAll({ calls }: Program, more: number, counted: Map<string, number>): void {
  for (let i = 0; i < PEERS; i++) {
    const name = `calls_total.peer.p${i}`;
    calls.add(i + more, { peer: `p${i}` });
    counted.set(name, (counted.get(name) ?? 0) + i + more);
  }
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
const sorted = (counts: ReadonlyMap<string, number>): unknown => [...counts].filter(([, n]) => n > 0).sort();

testWith(
  'collectd',
  'a StatsD daemon has per series what was counted, across restarts of the daemon and of the program',
  async () => {
    const port = await freePort();
    const first = await daemonOn(port);
    let program = await start(port);
    const counted = new Map<string, number>();

    countAll(program, 1, counted);
    await program.flush();
    countAll(program, 2, counted);
    await program.flush();
    expect(sorted(await first.counted('calls_total', sum(counted)))).toEqual(sorted(counted));

    // The program starts anew: its counters begin at 0, the daemon's go on.
    await program.stop();
    program = await start(port);
    countAll(program, 3, counted);
    await program.flush();
    expect(sorted(await first.counted('calls_total', sum(counted)))).toEqual(sorted(counted));

    // The daemon starts anew: it has what was counted since, while it was away too.
    await first.stop();
    const since = new Map<string, number>();
    countAll(program, 4, since);
    await program.flush();
    countAll(program, 5, since);
    await program.flush();
    const second = await daemonOn(port);
    countAll(program, 6, since);
    await program.flush();
    expect(sorted(await second.counted('calls_total', sum(since)))).toEqual(sorted(since));

    // What is recorded last goes with the shutdown.
    countAll(program, 7, since);
    await program.stop();
    expect(sorted(await second.counted('calls_total', sum(since)))).toEqual(sorted(since));
  },
  120_000,
);

testWith(
  'collectd',
  'a StatsD daemon has gauges as they were set, below 0 too, and the count, sum and quantiles of a histogram',
  async () => {
    const port = await freePort();
    const daemon = await daemonOn(port);
    const { depth, wait, flush } = await start(port);
    for (const value of [0.5, 1.5, 1.75, 3]) wait.observe(value);
    for (const level of [5, -7, -2.5]) {
      depth.set(level);
      await flush();
    }
    // Counters of collectd are whole numbers: 6.75 is 7 there.
    expect(Object.fromEntries(await daemon.counted('wait', 11))).toEqual({ 'wait.count': 4, 'wait.sum': 7 });
    const gauges = async (): Promise<unknown> => {
      const values = await daemon.values('gauge');
      return [values.get('depth'), values.get('wait.p50'), values.get('wait.p90')];
    };
    await expect.poll(gauges, { timeout: 20_000 }).toEqual([-2.5, 1.5, 3.2]);
  },
  60_000,
);
