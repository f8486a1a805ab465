import { Counter, defaultRegistry, Registry } from '@oriel/metrics';
import { logLines, manualClock } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { newExporter } from '../src/exporter.ts';
import type { ExporterConfig } from '../src/exporter-config.ts';
import { ProbeBackend } from './probe-backend.ts';
import { refusal, rejection } from './refusal.ts';
import { samplesOf } from './samples.ts';

function setUp(config: ExporterConfig = {}, probe: ProbeBackend = new ProbeBackend('probe')) {
  const logger = logLines();
  const clock = manualClock();
  const registry = new Registry();
  const base = { registry, logger, clock, env: {}, backends: [probe.backend], exporters: ['probe'] };
  return { probe, logger, clock, registry, exporter: newExporter('dapr', { ...base, ...config }) };
}

test('newExporter() creates no backend before init()', () => {
  const { probe, exporter } = setUp();
  expect([probe.calls, exporter.backends()]).toEqual([[], []]);
});

test('init() starts, forceFlush() flushes and shutdown() stops each backend once', async () => {
  const { probe, exporter } = setUp();
  await exporter.init();
  expect(exporter.backends()).toMatchObject([{ id: 'probe', name: 'probe', state: 'up' }]);
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(probe.calls).toEqual(['create', 'start', 'flush', 'stop']);
  expect(exporter.backends()).toMatchObject([{ state: 'stopped' }]);
});

test('init() twice, also at once, is one init with one promise', async () => {
  const { probe, exporter } = setUp();
  const first = exporter.init();
  expect(exporter.init()).toBe(first);
  await first;
  expect(exporter.init()).toBe(first);
  expect(probe.calls).toEqual(['create', 'start']);
  await exporter.shutdown();
});

test('shutdown() twice, also at once, is one shutdown', async () => {
  const { probe, exporter } = setUp();
  await exporter.init();
  const first = exporter.shutdown();
  expect(exporter.shutdown()).toBe(first);
  await first;
  expect(probe.calls).toEqual(['create', 'start', 'stop']);
});

test('shutdown() without init() is harmless', async () => {
  const { probe, exporter } = setUp();
  await exporter.shutdown();
  expect(probe.calls).toEqual([]);
});

test('init() after shutdown() is refused, whether the exporter had started or not', async () => {
  const { exporter } = setUp();
  await exporter.shutdown();
  expect(await rejection(exporter.init())).toBe(
    'EXPORTER_STOPPED Cannot start exporter "dapr": it was shut down; make a new one with newExporter()',
  );
  const other = setUp().exporter;
  await other.init();
  await other.shutdown();
  expect(await rejection(other.init())).toMatch(/^EXPORTER_STOPPED /);
});

test('shutdown() during init() waits for the start, then stops', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const probe = new ProbeBackend('probe', () => ({ start: () => promise }));
  const { exporter } = setUp({}, probe);
  const starting = exporter.init();
  const stopping = exporter.shutdown();
  resolve();
  await Promise.all([starting, stopping]);
  expect(probe.calls).toEqual(['create', 'start', 'stop']);
});

test('forceFlush() is harmless before init() and after shutdown()', async () => {
  const { probe, exporter } = setUp();
  await exporter.forceFlush();
  await exporter.init();
  await exporter.shutdown();
  await exporter.forceFlush();
  expect(probe.calls).toEqual(['create', 'start', 'stop']);
});

test('await using shuts an exporter down at the end of its block', async () => {
  const { probe, exporter } = setUp();
  {
    await using owned = exporter;
    await owned.init();
  }
  expect(probe.calls).toEqual(['create', 'start', 'stop']);
});

test('metricsEnabled false creates no backend, registers nothing and opens nothing', async () => {
  const { probe, exporter, registry, clock, logger } = setUp({ metricsEnabled: false });
  const before = process.getActiveResourcesInfo();
  await exporter.init();
  await exporter.forceFlush();
  expect(process.getActiveResourcesInfo()).toEqual(before);
  expect([probe.calls, exporter.backends(), logger.lines, clock.pending]).toEqual([[], [], [], 0]);
  expect(await samplesOf(registry)).toEqual({});
  await exporter.shutdown();
});

test('init() and shutdown() leave no timer behind', async () => {
  const { exporter, clock } = setUp();
  await exporter.init();
  await exporter.forceFlush();
  expect(clock.pending).toBe(0);
  await exporter.shutdown();
  expect(clock.pending).toBe(0);
});

test('what was recorded before init() is exported, and recording after shutdown() is harmless', async () => {
  const { exporter, registry } = setUp();
  const jobs = new Counter({ name: 'jobs', help: 'Jobs.' });
  registry.register(jobs);
  jobs.add(3);
  await exporter.init();
  expect(await samplesOf(exporter.registry)).toMatchObject({ 'jobs{}': 3 });
  await exporter.shutdown();
  jobs.inc();
  expect(await samplesOf(registry)).toEqual({ 'jobs{}': 4 });
});

test('registry is the default registry where none is given', () => {
  expect(newExporter('x', { env: {} }).registry).toBe(defaultRegistry());
});

test('a backend gets namespace, options, logger, registry, resource, clock and URL', async () => {
  const env = { OTEL_SERVICE_NAME: 'shop' };
  const { probe, exporter, registry, logger, clock } = setUp({
    exporters: ['probe', 'probe+tls://h:1/p?q=1'],
    env,
  });
  await exporter.init();
  const [plain, byUrl] = probe.contexts;
  const expected = { namespace: 'dapr', resource: { 'service.name': 'shop' } };
  expect(plain).toMatchObject(expected);
  expect([plain.options, plain.registry, plain.logger, plain.clock]).toEqual([
    exporter.options(),
    registry,
    logger,
    clock,
  ]);
  expect([plain.url, byUrl.url?.href]).toEqual([undefined, 'probe+tls://h:1/p?q=1']);
  expect(exporter.backends().map((backend) => backend.id)).toEqual(['probe', 'probe+tls://h:1/p']);
  await exporter.shutdown();
});

test('metricsPort answers the port that was bound until shutdown(), and the log tells it', async () => {
  const probe = new ProbeBackend('probe', ({ listening }) => ({
    start: () => listening({ address: '::', port: 4711 }),
  }));
  const { exporter, logger } = setUp({ metricsPort: 0 }, probe);
  await exporter.init();
  expect(exporter.options().metricsPort).toBe(4711);
  expect(exporter.backends()[0].bound).toEqual({ address: '::', port: 4711 });
  expect(logger.lines).toContainEqual({
    level: 'info',
    details: { backend: 'probe', address: '::', port: 4711 },
    message: 'metrics backend started',
  });
  await exporter.shutdown();
  expect(exporter.options().metricsPort).toBe(0);
});

test.each([[['probe', 'probe://h:2']], [['probe://h:2', 'probe']]])(
  'metricsPort answers for the backend without URL of %j',
  async (exporters) => {
    const probe = new ProbeBackend('probe', ({ listening, url }) => ({
      start: () => listening({ address: '::', port: url === undefined ? 1 : 2 }),
    }));
    const { exporter } = setUp({ exporters }, probe);
    await exporter.init();
    expect(exporter.options().metricsPort).toBe(1);
    await exporter.shutdown();
  },
);

test('options cannot be changed once init() was called', async () => {
  const { exporter } = setUp();
  const options = exporter.options();
  const set: ((value: string) => void)[] = [];
  options.attachFlags({ stringVar: (_n, _v, _d, setter) => set.push(setter), boolVar: () => {} });
  await exporter.init();
  const message = 'OPTION_INVALID Cannot set options: the exporter has started; set them before init()';
  for (const act of [
    () => options.set({ metricsPort: 1 }),
    () => options.parse([]),
    () => options.applyFlags({}),
    () => options.setBackendSettings({}),
    () => set[0]('1'),
  ]) {
    expect(refusal(act)).toBe(message);
  }
  await exporter.shutdown();
});

test.each([
  [
    { onStartError: 'ignore' },
    'OPTION_INVALID Cannot use option "onStartError" from code: it is "ignore"; use "log" or "throw"',
  ],
  [
    { backend: [] },
    'OPTION_UNKNOWN Cannot use option "backend" from code: no option has this name; did you mean "backends"?',
  ],
  [
    { backends: [{ name: 'x' }] },
    'OPTION_INVALID Cannot use backend {"name":"x"}: it is no backend; use what defineBackend() returns',
  ],
  [
    { backends: [new ProbeBackend('a').backend, new ProbeBackend('a').backend] },
    'OPTION_INVALID Cannot use backend "a": it is passed twice',
  ],
  [{ metricsPort: '1' }, 'OPTION_INVALID Cannot use option "metricsPort" from code: it is "1"'],
])('newExporter() refuses %j', (config, message) => {
  expect(refusal(() => newExporter('x', config as never))).toContain(message);
});

test('newExporter() refuses a bad namespace', () => {
  expect(refusal(() => newExporter('a b'))).toMatch(
    /^OPTION_INVALID Cannot use option "namespace" from code: it is "a b"; /,
  );
});

test('init() rejects for a wrong option of any source, and creates nothing', async () => {
  const { probe, exporter, registry } = setUp({ env: { ORIEL_METRICS_PORT: 'x' } });
  expect(await rejection(exporter.init())).toMatch(
    /^OPTION_INVALID .* from variable ORIEL_METRICS_PORT: it is "x"; /,
  );
  await exporter.shutdown();
  expect(probe.calls).toEqual([]);
  expect(await samplesOf(registry)).toEqual({});
});
