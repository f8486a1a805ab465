import { inspect } from 'node:util';
import { MetricsError, Registry } from '@oriel/metrics';
import { logLines, manualClock } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { newExporter } from '../src/exporter.ts';
import type { ExporterConfig } from '../src/exporter-config.ts';
import { ProbeBackend } from './probe-backend.ts';
import { rejection } from './refusal.ts';
import { samplesOf } from './samples.ts';

const boom = (): never => {
  throw new Error('boom');
};
const never = (): Promise<void> => new Promise(() => {});

function setUp(bad: ProbeBackend, config: ExporterConfig = {}) {
  const good = new ProbeBackend('good');
  const logger = logLines();
  const clock = manualClock();
  const registry = new Registry();
  const backends = [bad.backend, good.backend];
  const base = { registry, logger, clock, env: {}, backends, exporters: ['bad', 'good'] };
  return { good, logger, clock, registry, exporter: newExporter('x', { ...base, ...config }) };
}

const failures = (id: string, counts: Record<'start' | 'run' | 'flush' | 'stop', number>) =>
  Object.fromEntries(
    Object.entries(counts).map(([act, count]) => [
      `oriel_exporter_backend_failures_total{act="${act}",backend="${id}"}`,
      count,
    ]),
  );

test('a backend that throws in start costs neither init() nor its siblings', async () => {
  const bad = new ProbeBackend('bad', () => ({ start: boom }));
  const { good, exporter, registry, logger } = setUp(bad);
  await exporter.init();
  const error = { code: 'BACKEND_FAILED', message: 'Cannot start backend "bad": boom' };
  expect(exporter.backends()).toMatchObject([
    { id: 'bad', state: 'failed', error },
    { id: 'good', state: 'up' },
  ]);
  expect(await samplesOf(registry)).toEqual({
    'oriel_exporter_backend_up{backend="bad"}': 0,
    'oriel_exporter_backend_up{backend="good"}': 1,
    ...failures('bad', { start: 1, run: 0, flush: 0, stop: 0 }),
    ...failures('good', { start: 0, run: 0, flush: 0, stop: 0 }),
  });
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(logger.messages('error')).toEqual(['Cannot start backend "bad": boom']);
  expect(bad.calls).toEqual(['create', 'start']);
  expect(good.calls).toEqual(['create', 'start', 'flush', 'stop']);
});

test.each([
  ['throws', boom],
  ['rejects', () => Promise.reject(new Error('boom'))],
  ['rejects with what is no error', () => Promise.reject('boom')],
])('a backend that %s in flush and stop costs nobody else anything', async (_how, act) => {
  const bad = new ProbeBackend('bad', () => ({ flush: act, stop: act }));
  const { good, exporter, registry, logger } = setUp(bad);
  await exporter.init();
  await exporter.forceFlush();
  expect(await samplesOf(registry)).toMatchObject(failures('bad', { start: 0, run: 0, flush: 1, stop: 0 }));
  expect(exporter.backends()).toMatchObject([{ state: 'up' }, { state: 'up' }]);
  await exporter.shutdown();
  expect(logger.messages('error')).toEqual([
    'Cannot flush backend "bad": boom',
    'Cannot stop backend "bad": boom',
  ]);
  expect(exporter.backends()).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
  expect(good.calls).toEqual(['create', 'start', 'flush', 'stop']);
});

test('a backend that throws in create counts as one that cannot start', async () => {
  const { exporter } = setUp(new ProbeBackend('bad', boom));
  await exporter.init();
  expect(exporter.backends()).toMatchObject([{ state: 'failed' }, { state: 'up' }]);
  await exporter.shutdown();
});

test('shutdown() leaves a backend that hangs in stop behind after shutdownTimeoutMs', async () => {
  const { good, exporter, clock, logger } = setUp(new ProbeBackend('bad', () => ({ stop: never })), {
    shutdownTimeoutMs: 700,
  });
  await exporter.init();
  let done = false;
  const stopping = exporter.shutdown().then(() => {
    done = true;
  });
  await clock.advance(699);
  expect([done, good.calls.at(-1)]).toEqual([false, 'stop']);
  await clock.advance(1);
  await stopping;
  expect(logger.messages('error')).toEqual(['Cannot stop backend "bad": it took longer than 700 ms']);
  expect(clock.pending).toBe(0);
});

test('forceFlush() gives up a backend that hangs after shutdownTimeoutMs', async () => {
  const { exporter, clock, logger } = setUp(new ProbeBackend('bad', () => ({ flush: never })));
  await exporter.init();
  const flushing = exporter.forceFlush();
  await clock.advance(5_000);
  await flushing;
  expect(logger.messages('error')).toEqual(['Cannot flush backend "bad": it took longer than 5000 ms']);
  await exporter.shutdown();
});

test('init() gives up a backend that hangs in start after startTimeoutMs, and stops it once it has started', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const bad = new ProbeBackend('bad', ({ listening }) => ({
    start: () => promise.then(() => listening({ address: '::', port: 9 })),
  }));
  const { exporter, clock, logger } = setUp(bad);
  const starting = exporter.init();
  await clock.advance(10_000);
  await starting;
  expect(logger.messages('error')).toEqual(['Cannot start backend "bad": it took longer than 10000 ms']);
  resolve();
  await clock.advance(0);
  expect(bad.calls).toEqual(['create', 'start', 'stop']);
  expect(exporter.options().metricsPort).toBe(9090);
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(bad.calls).toEqual(['create', 'start', 'stop']);
});

test('onStartError "throw" rejects init() after stopping those that had started', async () => {
  const bad = new ProbeBackend('bad', () => ({ start: boom }));
  const { good, exporter, registry } = setUp(bad, { onStartError: 'throw' });
  expect(await rejection(exporter.init())).toBe('BACKEND_FAILED Cannot start backend "bad": boom');
  expect([bad.calls, good.calls]).toEqual([
    ['create', 'start'],
    ['create', 'start', 'stop'],
  ]);
  expect(await samplesOf(registry)).toEqual({});
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(good.calls).toEqual(['create', 'start', 'stop']);
});

test('a MetricsError of a backend keeps its code', async () => {
  const taken = new MetricsError('PORT_IN_USE', {
    message: 'Cannot listen on ":::9090": the port is taken; pass port 0',
  });
  const bad = new ProbeBackend('bad', () => ({ start: () => Promise.reject(taken) }));
  const { exporter } = setUp(bad, { onStartError: 'throw' });
  await expect(exporter.init()).rejects.toBe(taken);
  await exporter.shutdown();
});

test('a backend that tells it failed is down until it tells it recovered', async () => {
  const bad = new ProbeBackend('bad');
  const { exporter, registry, logger } = setUp(bad);
  await exporter.init();
  const [context] = bad.contexts;
  const up = 'oriel_exporter_backend_up{backend="bad"}';
  context.failed(new Error('socket died'));
  expect(exporter.backends()).toMatchObject([{ state: 'failed' }, { state: 'up' }]);
  expect(await samplesOf(registry)).toMatchObject({
    [up]: 0,
    ...failures('bad', { start: 0, run: 1, flush: 0, stop: 0 }),
  });
  context.recovered();
  context.recovered();
  expect(await samplesOf(registry)).toMatchObject({ [up]: 1 });
  expect(logger.messages('info').filter((message) => message.endsWith('works again'))).toHaveLength(1);
  await exporter.shutdown();
  context.failed(new Error('too late'));
  context.recovered();
  expect(exporter.backends()).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }]);
  expect(logger.messages('error')).toEqual(['Cannot run backend "bad": socket died']);
});

test('a password in the URL of a backend reaches neither log, status nor self-metrics', async () => {
  const fail = () => Promise.reject(new Error('no route to bad://me:secret@h:1'));
  const { exporter, registry, logger } = setUp(new ProbeBackend('bad', () => ({ start: fail })), {
    exporters: ['bad://me:secret@h:1/p?token=secret'],
  });
  await exporter.init();
  const { id, error } = exporter.backends()[0];
  expect([id, error?.message]).toEqual([
    'bad://h:1/p',
    'Cannot start backend "bad://h:1/p": no route to bad://***@h:1',
  ]);
  const told = [exporter.backends(), logger.lines, Object.keys(await samplesOf(registry))];
  expect(inspect(told, { depth: 9 })).not.toContain('secret');
  await exporter.shutdown();
});
