import { defaultRegistry, Registry } from '@oriel/metrics';
import { defaultStats, lastValue, Stats, view } from '@oriel/stats';
import { expect, test } from 'vitest';
import { parts } from '../src/catalogue.ts';
import { type Profile, runtimeMetrics } from '../src/index.ts';
import { recordEverything } from './every-event.ts';
import { fresh, rows } from './fresh-runtime.ts';

const profiles: readonly Profile[] = ['dapr', 'default'];

test.each(profiles)(
  'three restarts in one process leave no duplicate, no error and no old number: %s',
  async (profile) => {
    const registry = new Registry({ pedantic: true });
    const stats = new Stats({ registry });
    for (const appId of ['one', 'two', 'three']) {
      const runtime = runtimeMetrics({ registry, stats, profile, parts, appId, recordErrorCodes: true });
      recordEverything(runtime);
      const { families, errors } = await registry.gather();
      expect(errors).toEqual([]);
      expect(families.flatMap(({ name, parts: own }) => (own.length > 1 ? [name] : []))).toEqual([]);
      const apps = families.flatMap(({ parts: own }) => own.flatMap(({ labels }) => appsIn(labels)));
      // The operator and the injector tell of other apps.
      expect(new Set(apps)).toEqual(new Set([appId, 'shop']));
      runtime.stop();
      expect(stats.views()).toEqual([]);
      expect((await registry.gather()).families).toEqual([]);
    }
  },
);

test.each(profiles)('the profile may be another one after a restart: %s first', (profile) => {
  const registry = new Registry();
  const stats = new Stats({ registry });
  runtimeMetrics({ registry, stats, profile, parts, appId: 'a' }).stop();
  const other = profile === 'dapr' ? 'default' : 'dapr';
  expect(() => runtimeMetrics({ registry, stats, profile: other, parts, appId: 'a' }).stop()).not.toThrow();
});

test('what is recorded after stop() goes nowhere, not even to the runtime that follows', () => {
  const { registry, runtime, stats } = fresh();
  recordEverything(runtime);
  runtime.stop();
  runtime.stop();
  const next = runtimeMetrics({ registry, stats, appId: 'next' });
  recordEverything(runtime);
  const names = [
    'component_state_operations_total',
    'http_server_requests_total',
    'grpc_client_requests_total',
  ];
  for (const name of names) expect(rows(stats, name)).toEqual([]);
  next.component.state({ component: 'redis', operation: 'get', success: true });
  expect(rows(stats, 'component_state_operations_total')).toHaveLength(1);
});

test('of two runtimes on one Stats, the views end with the last', () => {
  const { registry, runtime, stats } = fresh();
  const second = runtimeMetrics({ registry, stats, appId: 'second' });
  runtime.stop();
  second.service.mtlsInitialized();
  expect(rows(stats, 'runtime_mtls_inits_total')).toEqual(['app_id=second 1']);
  second.stop();
  expect(stats.views()).toEqual([]);
});

test('a start that fails leaves nothing behind', async () => {
  const registry = new Registry();
  const stats = new Stats({ registry });
  const measure = stats.measureDouble({ name: 'mine' });
  const mine = view({ name: 'scheduler_sidecar_errors_total', measure, aggregation: lastValue() });
  stats.registerViews(mine);
  expect(() => runtimeMetrics({ registry, stats, appId: 'a', parts })).toThrow(
    expect.objectContaining({ code: 'VIEW_CONFLICT' }),
  );
  expect(stats.views()).toEqual([mine]);
  expect((await registry.gather()).families.map(({ name }) => name)).toEqual([]);
});

test('only the chosen parts have measures and views; events of others do nothing', () => {
  const { runtime, stats } = fresh({ parts: ['placement'], appId: undefined });
  recordEverything(runtime);
  expect(stats.measures().map(({ measure }) => measure.name)).toEqual([
    'placement_runtimes',
    'placement_actor_runtimes',
    'placement_leader',
    'placement_raft_leader',
    'oriel_runtime_events_dropped_total',
  ]);
  expect(rows(stats, 'placement_runtimes')).toEqual(['host_namespace=prod 1']);
});

test('without parts a sidecar has its 103 views, less those to be asked for', () => {
  const { stats } = fresh();
  // 105 measures; two are opt-in, the state set is none, events dropped is one more.
  expect(stats.views()).toHaveLength(105 - 2 - 1 + 1);
});

test('a runtime without stats works on the default one, and takes its state set away again', async () => {
  const runtime = runtimeMetrics({ appId: 'a' });
  runtime.resiliency.breakerUsed({ name: 'p', flowDirection: 'inbound', target: 'app_a', state: 'open' });
  const names = (await defaultRegistry().gather()).families.map(({ name }) => name);
  expect(names).toContain('resiliency_circuit_breaker_state');
  runtime[Symbol.dispose]();
  expect(defaultStats().views()).toEqual([]);
  expect((await defaultRegistry().gather()).families).toEqual([]);
});

function appsIn({
  names,
  dictionaries,
  ids,
}: {
  names: readonly string[];
  dictionaries: readonly (readonly string[])[];
  ids: Int32Array;
}): string[] {
  const at = names.indexOf('app_id');
  if (at < 0) return [];
  return Array.from(
    { length: ids.length / names.length },
    (_, row) => dictionaries[at][ids[row * names.length + at]],
  );
}
