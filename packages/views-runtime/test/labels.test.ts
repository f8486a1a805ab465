import { OVERFLOW_LABEL_VALUE } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openMetricsOf } from '../../../test/support/render.ts';
import { testWith } from '../../../test/support/tools.ts';
import { parseByPython } from '../../../test/support/validators.ts';
import { parts } from '../src/catalogue.ts';
import type { RuntimeMetrics } from '../src/index.ts';
import { fresh, rows } from './fresh-runtime.ts';

test('a value of any text keeps its row, one of 300 bytes too, and different ones stay apart', () => {
  const { runtime, stats } = fresh();
  const names = [
    'größe',
    '漢字',
    'a'.repeat(300),
    `${'a'.repeat(299)}b`,
    'line\nbreak',
    '"quoted"',
    '\ud800',
  ];
  for (const component of names) runtime.component.conversation({ component, success: true });
  expect(stats.retrieveData('component_conversation_operations_total')).toHaveLength(names.length);
});

test('a truth value is a label, and those after it survive', () => {
  const { runtime, stats } = fresh({ profile: 'dapr' });
  runtime.component.pubsubEgress({ component: 'bus', success: true, topic: 'orders' });
  runtime.component.pubsubEgress({ component: 'bus', success: 'true' as never, topic: 'orders' });
  expect(rows(stats, 'component/pubsub_egress/count')).toEqual([
    'app_id=shop component=bus namespace=prod success=true topic=orders 2',
  ]);
});

test('the component of a bulk is its name', () => {
  const { runtime, stats } = fresh({ profile: 'dapr' });
  runtime.component.pubsubBulkIngress({ component: 'bus', topic: 'orders', events: { success: 1 } });
  expect(rows(stats, 'component/pubsub_ingress/bulk/count')[0]).toContain('component=bus');
});

test.each([
  [
    'paths',
    (runtime: RuntimeMetrics, i: number) =>
      runtime.http.server({ method: 'GET', path: `/scan/${i}`, status: 404 }),
  ],
  [
    'verbs',
    (runtime: RuntimeMetrics, i: number) => runtime.http.server({ method: `V${i}`, path: '/', status: 405 }),
  ],
] as const)('10 000 random %s make one series', (_, record) => {
  const { runtime, stats } = fresh();
  for (let i = 0; i < 10_000; i++) record(runtime, i);
  expect(stats.retrieveData('http_server_requests_total').map(({ value }) => value)).toEqual([10_000]);
});

test('10 000 paths with increased cardinality make no more series than the limit of paths and one', () => {
  const { runtime, stats } = fresh({ http: { increasedCardinality: true, pathLimit: 100 } });
  for (let i = 0; i < 10_000; i++) runtime.http.server({ method: 'GET', path: `/scan/${i}`, status: 404 });
  expect(stats.retrieveData('http_server_requests_total')).toHaveLength(101);
});

test('what was folded of paths and verbs is on the page', async () => {
  const { registry, runtime } = fresh();
  runtime.http.server({ method: 'BREW', path: '/unknown', status: 404 });
  const page = await openMetricsOf(registry);
  expect(page).toContain('oriel_http_labels_folded_total{cause="path_unmatched",side="server"} 1');
  expect(page).toContain('oriel_http_labels_folded_total{cause="verb_unknown",side="server"} 1');
});

test.each([
  [
    'apps',
    'runtime_service_invocation_requests_sent_total',
    (runtime: RuntimeMetrics, n: string) => runtime.service.requestSent({ callee: n, type: 'unary' }),
  ],
  [
    'RPC methods',
    'grpc_server_requests_total',
    (runtime: RuntimeMetrics, n: string) => runtime.grpc.server({ method: `S/${n}`, status: 'OK' }),
  ],
  [
    'actor types',
    'runtime_actor_pending_calls',
    (runtime: RuntimeMetrics, n: string) => runtime.service.actorCallWaiting({ actorType: n }),
  ],
  [
    'topics',
    'component_pubsub_egress_messages_total',
    (runtime: RuntimeMetrics, n: string) =>
      runtime.component.pubsubEgress({ component: 'bus', success: true, topic: n }),
  ],
] as const)(
  '10 000 random %s make the limit of series and one for the rest, which adds up',
  (_, view, record) => {
    const { runtime, stats } = fresh({ seriesLimit: 1000 });
    for (let i = 0; i < 10_000; i++) record(runtime, `name-${i}`);
    const all = stats.retrieveData(view);
    expect(all).toHaveLength(1001);
    expect(all.reduce((sum, { value }) => sum + value, 0)).toBe(10_000);
    expect(Object.values(all.at(-1)?.tags ?? {}).every((value) => value === OVERFLOW_LABEL_VALUE)).toBe(true);
  },
);

const recorders = [
  'service',
  'http',
  'grpc',
  'component',
  'resiliency',
  'workflow',
  'placement',
  'operator',
  'sentry',
  'injector',
  'scheduler',
] as const;

test('no recorder throws, whatever it is given, and what cannot be read is counted', () => {
  const { runtime, stats } = fresh({ parts, recordErrorCodes: true });
  const hostile: unknown[] = [undefined, null, 0, 'text', {}, [], Symbol('s'), () => {}, Object.create(null)];
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
    },
  );
  for (const event of [...hostile, trap]) {
    for (const group of recorders) {
      for (const record of Object.values(runtime[group]) as ((event: unknown) => unknown)[]) {
        const answer = record(event);
        if (typeof answer === 'function') answer();
      }
    }
    runtime.errorCode(event as never);
  }
  const dropped = rows(stats, 'oriel_runtime_events_dropped_total');
  expect(dropped).toContainEqual(expect.stringMatching(/^event=component\.state [1-9]/));
  expect(dropped).toContainEqual(expect.stringMatching(/^event=errorCode [1-9]/));
});

testWith('python-openmetrics', 'the page parses strictly whatever texts events bring', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), async (texts) => {
      const { registry, runtime } = fresh();
      for (const text of texts) {
        runtime.component.outputBinding({ component: text, operation: text, success: true, elapsedMs: 1 });
        runtime.resiliency.breakerChanged({
          name: text,
          flowDirection: 'inbound',
          target: text,
          state: 'open',
        });
        runtime.http.client({ method: text, path: text, status: text, elapsedMs: 1 });
      }
      parseByPython(await openMetricsOf(registry));
    }),
    { numRuns: 5 },
  );
});
