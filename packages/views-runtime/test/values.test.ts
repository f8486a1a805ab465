import { expect, test } from 'vitest';
import { distributionOf, fresh, rows } from './fresh-runtime.ts';

const dapr = { profile: 'dapr' } as const;
const place = { name: 'policy', flowDirection: 'outbound', target: 'app_stock' } as const;

test('a bulk of seven events adds seven, when published and when received', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.component.pubsubBulkEgress({ component: 'bus', topic: 't', published: 7 });
  runtime.component.pubsubBulkIngress({
    component: 'bus',
    topic: 't',
    events: { success: 4, retry: 2, drop: 1 },
  });
  const own = 'app_id=shop component=bus namespace=prod';
  expect(rows(stats, 'component/pubsub_egress/bulk/event_count')).toEqual([`${own} success=true topic=t 7`]);
  expect(rows(stats, 'component/pubsub_ingress/bulk/event_count')).toEqual([
    `${own} process_status=drop topic=t 1`,
    `${own} process_status=retry topic=t 2`,
    `${own} process_status=success topic=t 4`,
  ]);
  expect(rows(stats, 'component/pubsub_ingress/bulk/count')).toEqual([
    `${own} process_status=retry topic=t 1`,
  ]);
});

test.each([
  [{ success: 3 }, 'success'],
  [{ success: 3, retry: 0, drop: 1 }, 'drop'],
  [{ retry: 1, drop: 5 }, 'retry'],
  [{}, 'success'],
])('a bulk with events %j has the status %s', (events, status) => {
  const { runtime, stats } = fresh(dapr);
  runtime.component.pubsubBulkIngress({ component: 'bus', topic: 't', events });
  expect(rows(stats, 'component/pubsub_ingress/bulk/count')[0]).toContain(`process_status=${status}`);
});

test('process_status is lower case in single and in bulk, however it is given', () => {
  const { runtime, stats } = fresh(dapr);
  const upper = { component: 'bus', topic: 't', processStatus: 'SUCCESS', events: { SUCCESS: 1 } };
  runtime.component.pubsubIngress(upper as never);
  runtime.component.pubsubBulkIngress(upper as never);
  for (const name of ['count', 'bulk/count', 'bulk/event_count'])
    expect(rows(stats, `component/pubsub_ingress/${name}`)[0]).toContain('process_status=success');
});

test('dropped by the application and by the sidecar are two rows of one', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.component.pubsubIngress({ component: 'bus', topic: 't', processStatus: 'success', status: 'drop' });
  runtime.component.pubsubIngress({ component: 'bus', topic: 't', processStatus: 'drop' });
  expect(rows(stats, 'component/pubsub_ingress/count')).toEqual([
    'app_id=shop component=bus namespace=prod process_status=drop status=drop topic=t 1',
    'app_id=shop component=bus namespace=prod process_status=success status=drop topic=t 1',
  ]);
});

test.each([0.4, 0.0005, 0])('a time of %s ms is kept as it is', (elapsedMs) => {
  const { runtime, stats } = fresh(dapr);
  runtime.http.server({ method: 'GET', path: '/', status: 200, elapsedMs });
  runtime.http.healthProbe({ status: 200, elapsedMs });
  runtime.grpc.client({ method: 'S/M', status: 'OK', elapsedMs });
  for (const name of [
    'http/server/latency',
    'http/healthprobes/roundtrip_latency',
    'grpc.io/client/roundtrip_latency',
  ])
    expect(distributionOf(stats, name)).toMatchObject({ count: 1, sum: elapsedMs });
});

test('without a time an event is counted, and no time recorded', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.component.secret({ component: 'vault', operation: 'get', success: false });
  expect(rows(stats, 'component/secret/count')).toHaveLength(1);
  expect(rows(stats, 'component/secret/latencies')).toEqual([]);
});

test('a time that is not one loses itself and not the count', () => {
  const { runtime, stats } = fresh(dapr);
  for (const elapsedMs of [Number.NaN, -1, Number.POSITIVE_INFINITY])
    runtime.component.secret({ component: 'vault', operation: 'get', success: true, elapsedMs });
  expect(rows(stats, 'component/secret/count')[0]).toMatch(/ 3$/);
  expect(rows(stats, 'component/secret/latencies')).toEqual([]);
});

test('the sum of a hundred thousand times is exact', () => {
  const { runtime, stats } = fresh(dapr);
  for (let i = 0; i < 100_000; i++) runtime.workflow.lockTaken({ operation: 'method', elapsedMs: 0.5 });
  expect(distributionOf(stats, 'runtime/workflow/lock_wait')).toMatchObject({ count: 100_000, sum: 50_000 });
});

test.each(['app', 'global'] as const)(
  'an access decision by an %s rule has the own app, and the caller beside it',
  (rule) => {
    const { runtime, stats } = fresh();
    const event = { rule, caller: 'cart', callerNamespace: 'other', trustDomain: 'public' };
    runtime.service.accessDecided({ ...event, allowed: true });
    runtime.service.accessDecided({ ...event, allowed: false });
    for (const past of ['allowed', 'blocked'])
      expect(rows(stats, `runtime_acl_${rule}_policy_${past}_total`)).toEqual([
        'app_id=shop src_app_id=cart src_namespace=other trust_domain=public 1',
      ]);
  },
);

test('a workflow decision has the operation, and the caller as src_app_id', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.service.workflowAccessDecided({
    allowed: false,
    caller: 'cart',
    operation: 'purge',
    type: 'workflow',
  });
  expect(rows(stats, 'runtime/workflow/acl_action_denied_total')).toEqual([
    'app_id=shop operation=purge src_app_id=cart type=workflow 1',
  ]);
});

test('under default src is who calls and dst who is called, in responses too', () => {
  const { runtime, stats } = fresh();
  runtime.service.requestSent({ callee: 'stock', type: 'streaming' });
  runtime.service.responseReceived({ callee: 'stock', status: 200, type: 'unary', elapsedMs: 2 });
  runtime.service.requestReceived({});
  runtime.service.responseSent({ caller: 'cart', status: 404 });
  const name = 'runtime_service_invocation';
  expect([
    rows(stats, `${name}_requests_sent_total`),
    rows(stats, `${name}_responses_received_total`),
    rows(stats, `${name}_duration_seconds`),
    rows(stats, `${name}_requests_received_total`),
    rows(stats, `${name}_responses_sent_total`),
  ]).toEqual([
    ['app_id=shop dst_app_id=stock type=streaming 1'],
    ['app_id=shop dst_app_id=stock status=200 type=unary 1'],
    ['app_id=shop dst_app_id=stock status=200 1'],
    ['app_id=shop src_app_id=unknown 1'],
    ['app_id=shop src_app_id=cart status=404 1'],
  ]);
});

test('a streaming response has no time', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.service.responseReceived({ callee: 'stock', status: 500, type: 'streaming', elapsedMs: 2 });
  expect(rows(stats, 'runtime/service_invocation/res_recv_total')).toHaveLength(1);
  expect(rows(stats, 'runtime/service_invocation/res_recv_latency_ms')).toEqual([]);
});

test('an idle deactivation is no rebalance', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.service.actorDeactivated({ actorType: 'Cat' });
  expect(rows(stats, 'runtime/actor/rebalanced_total')).toEqual([]);
  expect(rows(stats, 'runtime/actor/deactivated_total')).toEqual(['actor_type=Cat app_id=shop 1']);
});

test('pending calls go up and down by type, each answer once', () => {
  const { runtime, stats } = fresh(dapr);
  const pending = (): string[] => rows(stats, 'runtime/actor/pending_actor_calls');
  const first = runtime.service.actorCallWaiting({ actorType: 'Cat' });
  const second = runtime.service.actorCallWaiting({ actorType: 'Cat' });
  expect(pending()).toEqual(['actor_type=Cat app_id=shop 2']);
  first();
  first();
  expect(pending()).toEqual(['actor_type=Cat app_id=shop 1']);
  second();
  expect(pending()).toEqual(['actor_type=Cat app_id=shop 0']);
});

test('three jobs that ran and one that failed four times are three and four', () => {
  const { runtime, stats } = fresh(dapr);
  for (let i = 0; i < 3; i++) runtime.component.job({ success: true, elapsedMs: 1 });
  for (let i = 0; i < 4; i++) runtime.component.job({ success: false, elapsedMs: 1 });
  expect(rows(stats, 'component/job/success_count')).toEqual([
    'app_id=shop namespace=prod operation=job_trigger_op 3',
  ]);
  expect(rows(stats, 'component/job/failure_count')).toEqual([
    'app_id=shop namespace=prod operation=job_trigger_op 4',
  ]);
  expect(rows(stats, 'component/job/latencies')).toHaveLength(2);
});

test('a breaker has four series, of which one is 1 at once', () => {
  const { runtime, stats } = fresh(dapr);
  const states = (): Record<string, number> =>
    Object.fromEntries(
      stats.retrieveData('resiliency/cb_state').map(({ tags, value }) => [tags.status, value]),
    );
  runtime.resiliency.breakerUsed({ ...place, state: 'closed' });
  expect(states()).toEqual({ closed: 1, 'half-open': 0, open: 0, unknown: 0 });
  runtime.resiliency.breakerChanged({ ...place, state: 'open' });
  expect(states()).toEqual({ closed: 0, 'half-open': 0, open: 1, unknown: 0 });
  runtime.resiliency.breakerChanged({ ...place, state: 'broken' as never });
  expect(states()).toEqual({ closed: 0, 'half-open': 0, open: 0, unknown: 1 });
});

test('activations: none without failure; a retry, a trip and a timeout are one each', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.resiliency.policyUsed({ ...place, policy: 'retry' });
  runtime.resiliency.breakerUsed({ ...place, state: 'closed' });
  expect(rows(stats, 'resiliency/activations_total')).toEqual([]);
  runtime.resiliency.policyActivated({ ...place, policy: 'retry' });
  runtime.resiliency.breakerChanged({ ...place, state: 'open' });
  runtime.resiliency.policyActivated({ ...place, policy: 'timeout' });
  runtime.resiliency.breakerChanged({ ...place, state: 'closed' });
  runtime.resiliency.breakerChanged({ ...place, state: 'open' });
  const own = 'app_id=shop flow_direction=outbound name=policy namespace=prod';
  expect(rows(stats, 'resiliency/activations_total')).toEqual([
    `${own} policy=circuitbreaker status=closed target=app_stock 1`,
    `${own} policy=circuitbreaker status=open target=app_stock 2`,
    `${own} policy=retry target=app_stock 1`,
    `${own} policy=timeout target=app_stock 1`,
  ]);
});

test('a terminated workflow is terminated, not failed and no success', () => {
  const { runtime, stats } = fresh(dapr);
  runtime.workflow.workflowExecution({ workflow: 'order', status: 'terminated', elapsedMs: 5 });
  expect(rows(stats, 'runtime/workflow/execution/count')).toEqual([
    'app_id=shop namespace=prod status=terminated workflow_name=order 1',
  ]);
});

test('what may stay away for days stands at zero from the start', () => {
  const { runtime, stats } = fresh(dapr);
  const own = 'app_id=shop namespace=prod';
  expect(rows(stats, 'runtime/workflow/local_wake/count')).toEqual([
    `${own} status=janitor_fold_recovered 0`,
    `${own} status=janitor_recovered 0`,
    `${own} status=stale_turn_rejected 0`,
  ]);
  runtime.workflow.localActivity({ status: 'claim_evicted', count: 3 });
  expect(rows(stats, 'runtime/workflow/local_activity/count')).toEqual([
    `${own} status=claim_evicted 3`,
    `${own} status=janitor_redispatch_escalated 0`,
    `${own} status=janitor_redispatched 0`,
  ]);
});

test('an error without code or category is counted as dropped', () => {
  const { runtime, stats } = fresh({ ...dapr, recordErrorCodes: true });
  runtime.errorCode({ code: '', category: 'state' });
  runtime.errorCode({ code: 'A', category: '' as never });
  expect(rows(stats, 'error_code/total')).toEqual([]);
  expect(rows(stats, 'oriel_runtime_events_dropped_total')).toEqual(['event=errorCode 2']);
});
