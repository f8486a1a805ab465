import { Counter, Gauge, MetricsError, Registry } from '@oriel/metrics';
import { lintMetrics, logLines, manualClock } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { type BackendContext, defineBackend } from '../src/backend.ts';
import type { Configurable } from '../src/configurable.ts';
import { newExporter } from '../src/exporter.ts';
import { pushFailureOf } from '../src/push-failure.ts';
import { PushHealth } from '../src/push-health.ts';
import { PushLoop } from '../src/push-loop.ts';
import { samplesOf } from './samples.ts';

/** A backend with a loop that fails with what `state.fault` holds. */
function setUp(registry = new Registry(), configurables: Configurable[] = []) {
  const clock = manualClock();
  const logger = logLines();
  const state: { fault?: unknown; healths: PushHealth[]; ids: (string | undefined)[] } = {
    healths: [],
    ids: [],
  };
  const create = (context: BackendContext) => {
    const { failed, recovered, id } = context;
    const health = new PushHealth(context);
    state.healths.push(health);
    state.ids.push(id);
    const loop = new PushLoop({
      ...{ clock, health, jitter: 0, intervalMs: 1000, queueLimit: 2, backoffMs: 1e6, maxBackoffMs: 1e6 },
      collect: () => registry.gather(),
      send: ({ families }) => {
        if (state.fault !== undefined) throw state.fault;
        health.sentBytes(families.length);
      },
      isTransient: (cause) => cause !== 'no',
      onFailure: failed,
      onSuccess: recovered,
    });
    return { start: () => loop.start(), flush: () => loop.flush(), stop: () => loop.stop() };
  };
  const backends = [defineBackend({ name: 'lines', create })];
  const exporter = newExporter('x', {
    ...{ registry, clock, logger, backends, configurables, env: {} },
    exporters: ['lines'],
  });
  return { registry, clock, logger, state, exporter };
}

async function told(registry: Registry): Promise<Record<string, number>> {
  const samples = Object.entries(await samplesOf(registry));
  return Object.fromEntries(
    samples
      .filter(([name]) => name.startsWith('oriel_exporter_push'))
      .map(([name, value]) => [name.replace('oriel_exporter_', '').replace('backend="lines"', ''), value]),
  );
}

const some = (samples: Record<string, number>) =>
  Object.fromEntries(Object.entries(samples).filter(([, value]) => value !== 0));

test('a loop with PushHealth tells pushes, bytes, queue and the last success, from start to stop', async () => {
  const { registry, clock, exporter } = setUp();
  registry.register(new Counter({ name: 'jobs_total' }));
  expect(await told(registry)).toEqual({});
  await exporter.init();
  expect(some(await told(registry))).toEqual({ 'push_queue_limit{}': 2 });
  await clock.advance(2000);
  expect(await told(registry)).toEqual({
    'push_last_success_timestamp_seconds{}': clock.now() / 1000,
    'pushes_total{,result="success"}': 2,
    'pushes_total{,result="failure"}': 0,
    ...Object.fromEntries(
      ['collect', 'network', 'timeout', 'refused', 'throttled', 'unavailable', 'other'].map((cause) => [
        `push_failures_total{,cause="${cause}"}`,
        0,
      ]),
    ),
    'push_queue_length{}': 0,
    'push_queue_limit{}': 2,
    'push_dropped_batches_total{,cause="queue_full"}': 0,
    'push_dropped_batches_total{,cause="refused"}': 0,
    'push_dropped_batches_total{,cause="stopped"}': 0,
    'push_sent_bytes_total{}': 20,
  });
  await exporter.shutdown();
  expect(await told(registry)).toEqual({});
});

test('failures are counted by cause, and what is dropped by why', async () => {
  const { registry, clock, state, exporter } = setUp();
  await exporter.init();
  state.fault = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
  await clock.advance(4000);
  expect(some(await told(registry))).toEqual({
    'pushes_total{,result="failure"}': 1,
    'push_failures_total{,cause="network"}': 1,
    'push_queue_length{}': 2,
    'push_queue_limit{}': 2,
    'push_dropped_batches_total{,cause="queue_full"}': 2,
  });
  state.fault = 'no';
  await exporter.forceFlush();
  expect(some(await told(registry))).toMatchObject({
    'push_failures_total{,cause="other"}': 1,
    'push_dropped_batches_total{,cause="queue_full"}': 3,
    'push_dropped_batches_total{,cause="refused"}': 1,
  });
  await exporter.shutdown();
});

test('a push that takes too long has the cause timeout, a failed collection the cause collect', async () => {
  const clock = manualClock();
  const registry = new Registry();
  const health = new PushHealth({ id: 'lines', registry, clock, logger: logLines() });
  let collects = 0;
  const loop = new PushLoop<number>({
    ...{ clock, health, jitter: 0, intervalMs: 1000, sendTimeoutMs: 10 },
    collect: () => {
      if (collects++ === 0) throw new Error('torn');
      return 1;
    },
    send: () => new Promise(() => {}),
  });
  loop.start();
  await clock.advance(2010);
  expect(some(await told(registry))).toMatchObject({
    'pushes_total{,result="failure"}': 2,
    'push_failures_total{,cause="collect"}': 1,
    'push_failures_total{,cause="timeout"}': 1,
  });
  const stopped = loop.stop().catch(() => undefined);
  await clock.advance(10);
  await stopped;
  expect(await told(registry)).toEqual({});
});

test('series and batches are dropped under causes of the backend', async () => {
  const registry = new Registry();
  const health = new PushHealth({ id: 'lines', registry, clock: manualClock(), logger: logLines() });
  health.droppedSeries('too_long', 3);
  health.droppedSeries('rejected', 0);
  health.dropped('too_old');
  health.open();
  health.open();
  expect(some(await told(registry))).toEqual({
    'push_dropped_series_total{,cause="too_long"}': 3,
    'push_dropped_batches_total{,cause="too_old"}': 1,
  });
  health.close();
  health.close();
});

test('backends of several exporters share the families of one registry, constant labels or not', async () => {
  const registry = new Registry();
  const part: Configurable = {
    fields: [],
    prepare: () => ({ issues: [], warnings: [], constLabels: { zone: 'a' }, commit() {} }),
  };
  const all = [setUp(registry), setUp(registry), setUp(registry, [part]), setUp(registry, [part])];
  for (const { exporter } of all) await exporter.init();
  expect(all.flatMap(({ logger }) => logger.messages('warn'))).toEqual([]);
  expect(all.flatMap(({ state }) => state.ids)).toEqual(['lines', 'lines#2', 'lines#3', 'lines#4']);
  const backends = () =>
    told(registry).then((samples) => Object.keys(samples).filter((name) => name.includes('sent_bytes')));
  expect(await backends()).toHaveLength(4);
  await all[0].exporter.shutdown();
  expect(await backends()).toEqual([2, 3, 4].map((n) => `push_sent_bytes_total{backend="lines#${n}"}`));
  for (const { exporter } of all) await exporter.shutdown();
  expect(await samplesOf(registry)).toEqual({});
});

test('somebody else’s family of the same name costs the push metrics and not the export', async () => {
  const { registry, logger, clock, exporter } = setUp();
  registry.register(new Gauge({ name: 'oriel_exporter_push_queue_length', help: 'Mine.' }));
  await exporter.init();
  await clock.advance(1000);
  expect(exporter.backends()).toMatchObject([{ state: 'up' }]);
  expect(logger.messages('warn')[0]).toMatch(/^Cannot register the push metrics of backend "lines": /);
  await exporter.shutdown();
  expect(await told(registry)).toEqual({ 'push_queue_length{}': 0 });
});

test('names and helps pass the lint of Prometheus', async () => {
  const { registry, exporter } = setUp();
  await exporter.init();
  expect(lintMetrics(await registry.gather())).toEqual([]);
  await exporter.shutdown();
});

test.each([
  [{ status: 429 }, 'throttled'],
  [{ status: 404 }, 'refused'],
  [{ statusCode: 302 }, 'refused'],
  [{ statusCode: 503 }, 'unavailable'],
  [new MetricsError('BACKEND_FAILED', { message: 'no', details: { status: 500 } }), 'unavailable'],
  [new Error('no', { cause: { status: 400 } }), 'refused'],
  [{ code: 'ECONNRESET' }, 'network'],
  [{ code: 'ENOTFOUND' }, 'network'],
  [{ code: 'EPIPE' }, 'network'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'network'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'network'],
  [{ code: 'UND_ERR_SOCKET' }, 'network'],
  [{ code: 'ETIMEDOUT' }, 'timeout'],
  [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, 'timeout'],
  [new DOMException('late', 'TimeoutError'), 'timeout'],
  [{ code: 'ENOENT', syscall: 'connect' }, 'network'],
  [{ code: 'ENOENT', syscall: 'open' }, 'other'],
  [{ code: 'ERR_INVALID_ARG_TYPE' }, 'other'],
  [{ status: 200 }, 'other'],
  ['text', 'other'],
  [null, 'other'],
])('pushFailureOf(%o) is %s', (cause, expected) => {
  expect(pushFailureOf(cause)).toBe(expected);
});

test('pushFailureOf() ends on an error that is its own cause', () => {
  const error = new Error('round');
  error.cause = error;
  expect(pushFailureOf(error)).toBe('other');
});
