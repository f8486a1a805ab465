import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Registry } from '@oriel/metrics';
import { Stats, withTags } from '@oriel/stats';
import { type RuntimeMetrics, runtimeMetrics } from '@oriel/views-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';

const manager = new AsyncLocalStorageContextManager();
beforeAll(() => void context.setGlobalContextManager(manager.enable()));
afterAll(() => {
  context.disable();
  manager.disable();
});

const around = { status: 'leaked', topic: 'leaked', path: 'leaked', policy: 'leaked', namespace: 'leaked' };

test.each([
  [
    'http/server/request_count',
    (runtime: RuntimeMetrics) => runtime.http.server({ method: 'GET', path: '/nobody/knows', status: 200 }),
    { app_id: 'shop', method: 'GET', status: '200' },
  ],
  [
    'resiliency/count',
    (runtime: RuntimeMetrics) =>
      runtime.resiliency.policyUsed({
        name: 'p',
        policy: 'retry',
        flowDirection: 'inbound',
        target: 'app_a',
      }),
    { app_id: 'shop', flow_direction: 'inbound', name: 'p', policy: 'retry', target: 'app_a' },
  ],
  [
    'component/pubsub_egress/count',
    // A caller without types says no topic.
    (runtime: RuntimeMetrics) => runtime.component.pubsubEgress({ component: 'bus', success: true } as never),
    { app_id: 'shop', component: 'bus', success: 'true' },
  ],
] as const)('tags round a request do not become labels of %s', (view, record, labels) => {
  const registry = new Registry();
  const stats = new Stats({ registry });
  const runtime = runtimeMetrics({ registry, stats, profile: 'dapr', appId: 'shop' });
  withTags(around, () => record(runtime));
  expect(stats.retrieveData(view).map(({ tags }) => tags)).toEqual([labels]);
});
