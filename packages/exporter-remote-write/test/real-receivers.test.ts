import { type Exporter, newExporter } from '@oriel/exporter';
import { Histogram, type Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import { describe, expect } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { remoteWrite } from '../src/backend.ts';
import { PrometheusReceiver, type StoredSeries, VictoriaReceiver } from './real-server.ts';
import { Program, seriesKey, seriesOf } from './recorded.ts';

const identity = { job: 'shop', instance: 'one' };
const everything = '{job="shop",__name__!~"oriel_.*"}';
const log = logLines();

async function exporting(registry: Registry, url: string, settings: object = {}): Promise<Exporter> {
  const exporter = newExporter('', {
    registry,
    backends: [remoteWrite],
    exporters: [url],
    backendSettings: { 'remote-write': { ...identity, ...settings } },
    logger: log,
    env: {},
  });
  await exporter.init();
  return exporter;
}

function stored(series: readonly StoredSeries[]): Map<string, number> {
  return new Map(series.map(({ labels, value }) => [seriesKey(labels), value]));
}

async function recorded(program: Program): Promise<Map<string, number>> {
  return seriesOf(await program.registry.gather(), identity);
}

describe('Prometheus', () => {
  testWith(
    'prometheus',
    'answers for every series what was recorded, also after a restart of either side',
    async () => {
      await using server = await PrometheusReceiver.start();
      const first = new Program();
      const exporter = await exporting(first.registry, server.writeUrl, { maxSamplesPerSend: 20 });
      first.work(100);
      await exporter.forceFlush();
      expect(stored(await server.series(everything))).toEqual(await recorded(first));

      await server.stop();
      first.work(50);
      await exporter.forceFlush();
      expect(exporter.backends()[0].state).toBe('failed');
      await server.start();
      first.work(25);
      await exporter.forceFlush();
      expect(exporter.backends()[0].state).toBe('up');
      expect(stored(await server.series(everything))).toEqual(await recorded(first));

      await exporter.shutdown();
      const second = new Program();
      second.work(7);
      const again = await exporting(second.registry, server.writeUrl);
      await again.shutdown();
      // What the first process had beside is there for some minutes more: it may come back.
      const held = stored(await server.series(everything));
      expect(held).toEqual(new Map([...held, ...(await recorded(second))]));
    },
    60_000,
  );

  testWith(
    'prometheus',
    'does not answer for a series that has ended, and does again when it is back',
    async () => {
      await using server = await PrometheusReceiver.start();
      const program = new Program();
      const exporter = await exporting(program.registry, server.writeUrl);
      program.work(20);
      await exporter.forceFlush();
      program.jobs.remove('k3', '');
      program.wait.remove('/a/2\n');
      await exporter.forceFlush();
      expect(await server.series('jobs_total{kind="k3",Zone=""}')).toEqual([]);
      expect(stored(await server.series(everything))).toEqual(await recorded(program));
      program.jobs.add(5, { kind: 'k3', Zone: '' });
      await exporter.forceFlush();
      expect((await server.series('jobs_total{kind="k3",Zone=""}'))[0].value).toBe(5);
      await exporter.shutdown();
    },
  );

  testWith('prometheus', 'ends every series when the backend stops, if it is told to', async () => {
    await using server = await PrometheusReceiver.start();
    const program = new Program();
    const exporter = await exporting(program.registry, server.writeUrl, { staleOnStop: true });
    program.work(20);
    await exporter.forceFlush();
    expect((await server.series('{job="shop"}')).length).toBeGreaterThan(20);
    await exporter.shutdown();
    expect(await server.series('{job="shop"}')).toEqual([]);
  });

  testWith('prometheus', 'keeps native histograms, and exemplars of counters and buckets', async () => {
    await using server = await PrometheusReceiver.start();
    const program = new Program();
    const native = new Histogram({ name: 'rpc_latency', labelNames: ['to'], exponential: {} });
    program.registry.register(native);
    for (const value of [0.3, 1, 1.5, -2.5, 0]) native.observe(value, { to: 'a' });
    native.observe(7, { to: 'b' });
    program.jobs.add(2, { kind: 'x', Zone: 'z' }, { trace_id: 'abc' });
    program.wait.observe(0.5, { route: 'r' }, { trace_id: 'def' });
    const exporter = await exporting(program.registry, server.writeUrl);
    await exporter.forceFlush();
    const [histogram] = await server.histograms('rpc_latency{to="a"}');
    expect([histogram.count, histogram.sum]).toEqual([5, 0.3 + 1 + 1.5 - 2.5]);
    const within = (value: number): number | undefined =>
      histogram.buckets.find(
        ([lower, upper]) => value >= Math.min(lower, upper) && value <= Math.max(lower, upper),
      )?.[2];
    for (const value of [0.3, 1, 1.5, -2.5, 0]) expect([value, within(value)]).toEqual([value, 1]);
    expect((await server.exemplars('jobs_total'))[0]).toMatchObject({
      value: '2',
      labels: { trace_id: 'abc' },
    });
    expect((await server.exemplars('wait_seconds_bucket'))[0]).toMatchObject({
      value: '0.5',
      labels: { trace_id: 'def' },
    });

    native.remove('a');
    await exporter.forceFlush();
    expect(await server.histograms('rpc_latency{to="a"}')).toEqual([]);
    expect((await server.histograms('rpc_latency{to="b"}')).length).toBe(1);
    await exporter.shutdown();
  });
});

describe('VictoriaMetrics', () => {
  testWith(
    'victoria-metrics',
    'holds for every series what was recorded, also after a restart of either side',
    async () => {
      await using server = await VictoriaReceiver.start();
      // What it was sent is there to be read a little later.
      const holds = (wanted: Map<string, number>): Promise<void> =>
        expect
          .poll(async () => stored(await server.series(everything)), { timeout: 20_000, interval: 100 })
          .toEqual(wanted);
      const first = new Program();
      const exporter = await exporting(first.registry, server.writeUrl, { maxSamplesPerSend: 20 });
      first.work(100);
      await exporter.forceFlush();
      await holds(await recorded(first));

      await server.stop();
      first.work(50);
      await exporter.forceFlush();
      await server.start();
      first.work(25);
      await exporter.forceFlush();
      const last = await recorded(first);
      await holds(last);

      await exporter.shutdown();
      const second = new Program();
      second.work(7);
      const again = await exporting(second.registry, server.writeUrl, { protocol: '1.0' });
      await again.shutdown();
      await holds(new Map([...last, ...(await recorded(second))]));
    },
    60_000,
  );
});
