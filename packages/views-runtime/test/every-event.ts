import type { RuntimeMetrics } from '../src/index.ts';

/** Everything that can be recorded, once, with every field that there is. */
export function recordEverything(runtime: RuntimeMetrics): void {
  recordService(runtime);
  recordTraffic(runtime);
  recordComponents(runtime);
  recordWorkflows(runtime);
  recordControlPlane(runtime);
}

function recordService({ service, errorCode, resiliency }: RuntimeMetrics): void {
  service.componentLoaded();
  service.componentInitialized({ component: 'state.redis' });
  service.componentInitFailed({ component: 'state.redis', componentName: 'store', reason: 'init' });
  service.mtlsInitialized();
  service.mtlsInitFailed({ reason: 'sentry_conn' });
  service.certificateRotated();
  service.certificateRotationFailed({ reason: 'sign' });
  service.actorStatusReported({ actorType: 'Cat', operation: 'send' });
  service.actorStatusReportFailed({ actorType: 'Cat', operation: 'send', reason: 'closed' });
  service.actorTableOperationReceived({ actorType: 'Cat', operation: 'lock' });
  service.actorRebalanced({ actorType: 'Cat' });
  service.actorDeactivated({ actorType: 'Cat' });
  service.actorDeactivationFailed({ actorType: 'Cat', reason: 'status_code_500' });
  service.actorCallWaiting({ actorType: 'Cat' });
  service.actorTimers({ actorType: 'Cat', count: 2 });
  service.actorReminders({ actorType: 'Cat', count: 3 });
  service.actorReminderFired({ actorType: 'Cat', success: true });
  service.actorTimerFired({ actorType: 'Cat', success: false });
  for (const rule of ['app', 'global'] as const) {
    for (const allowed of [true, false])
      service.accessDecided({
        rule,
        allowed,
        caller: 'cart',
        callerNamespace: 'other',
        trustDomain: 'public',
      });
  }
  for (const allowed of [true, false])
    service.workflowAccessDecided({ allowed, caller: 'cart', operation: 'schedule', type: 'workflow' });
  service.requestSent({ callee: 'stock', type: 'unary' });
  service.requestReceived({ caller: 'cart' });
  service.responseSent({ caller: 'cart', status: 200 });
  service.responseReceived({ callee: 'stock', status: 200, type: 'unary', elapsedMs: 3 });
  errorCode({ code: 'ERR_STATE_GET', category: 'state' });
  const place = { name: 'policy', flowDirection: 'outbound', target: 'app_stock' } as const;
  resiliency.policyLoaded({ name: 'policy' });
  resiliency.policyUsed({ ...place, policy: 'retry' });
  resiliency.policyActivated({ ...place, policy: 'timeout' });
  resiliency.breakerUsed({ ...place, state: 'closed' });
  resiliency.breakerChanged({ ...place, state: 'open' });
}

function recordTraffic({ http, grpc }: RuntimeMetrics): void {
  const request = { method: 'GET', path: '/dapr/config', status: 200, elapsedMs: 1.5 };
  http.server({ ...request, requestBytes: 10, responseBytes: 20 });
  http.client({ ...request, sentBytes: 10, receivedBytes: 20 });
  http.healthProbe({ status: 200, elapsedMs: 1 });
  const rpc = {
    method: 'pkg.Service/Method',
    status: 'OK',
    elapsedMs: 1.5,
    sentBytes: 10,
    receivedBytes: 20,
  };
  grpc.server(rpc);
  grpc.client(rpc);
  grpc.healthProbe({ status: 'OK', elapsedMs: 1 });
}

function recordComponents({ component }: RuntimeMetrics): void {
  const topic = { component: 'bus', topic: 'orders', elapsedMs: 1 };
  component.pubsubIngress({ ...topic, processStatus: 'success', status: 'drop' });
  component.pubsubBulkIngress({ ...topic, events: { success: 5, retry: 2 } });
  component.pubsubEgress({ ...topic, success: true });
  component.pubsubBulkEgress({ ...topic, published: 6, failed: 1 });
  const outcome = { component: 'thing', success: true, elapsedMs: 1 };
  component.inputBinding(outcome);
  component.outputBinding({ ...outcome, operation: 'create' });
  component.state({ ...outcome, operation: 'get' });
  component.configuration({ ...outcome, operation: 'subscribe' });
  component.secret({ ...outcome, operation: 'bulk_get' });
  component.conversation(outcome);
  component.crypto({ ...outcome, operation: 'crypto_op' });
  component.job({ success: true, elapsedMs: 1 });
  component.job({ success: false, elapsedMs: 1 });
}

function recordWorkflows({ workflow }: RuntimeMetrics): void {
  workflow.workflowOperation({ operation: 'create_workflow', status: 'success', elapsedMs: 1 });
  workflow.workflowExecution({ workflow: 'order', status: 'success', elapsedMs: 1 });
  workflow.workflowScheduled({ workflow: 'order', elapsedMs: 1 });
  workflow.activityOperation({ activity: 'pay', status: 'success', elapsedMs: 1 });
  workflow.activityExecution({ activity: 'pay', status: 'failed', elapsedMs: 1 });
  workflow.attestationGenerated({ kind: 'child', status: 'success' });
  workflow.attestationVerified({ kind: 'activity', result: 'ok', elapsedMs: 1 });
  workflow.certificateLookup({ outcome: 'hit' });
  workflow.payloadSize({ workflow: 'order', ratio: 0.5 });
  workflow.activityPayloadSize({ workflow: 'order', activity: 'pay', ratio: 0.5 });
  workflow.completionRouted({ taskType: 'workflow', route: 'wait_local' });
  workflow.localWake({ status: 'success' });
  workflow.localActivity({ status: 'success' });
  workflow.localWakeDriven({ status: 'success', elapsedMs: 1 });
  workflow.localActivityDriven({ status: 'success', elapsedMs: 1 });
  workflow.completionFolded({ status: 'folded', elapsedMs: 1 });
  workflow.lockTaken({ operation: 'method', elapsedMs: 1 });
}

function recordControlPlane({ placement, operator, sentry, injector, scheduler }: RuntimeMetrics): void {
  placement.hostConnected({ hostNamespace: 'prod', hostsActors: true });
  placement.leadership({ leading: true });
  operator.serviceCreated({ appId: 'shop' });
  operator.serviceUpdated({ appId: 'shop' });
  operator.serviceDeleted({ appId: 'shop' });
  sentry.requestReceived();
  sentry.signed();
  sentry.signFailed({ reason: 'sign' });
  sentry.serverCertificateFailed({ reason: 'ca_error' });
  sentry.issuerChanged();
  sentry.issuerLoaded({ expiresAt: new Date(1_800_000_000_000) });
  injector.requested();
  injector.injected({ appId: 'shop' });
  injector.injectionFailed({ appId: 'shop', reason: 'patch' });
  scheduler.sidecarConnected();
  scheduler.jobCreated({ type: 'job' });
  scheduler.jobCreationFailed({ type: 'job' });
  for (const result of ['success', 'failed', 'undelivered'] as const)
    scheduler.jobTriggered({ type: 'job', result, elapsedMs: 700 });
  scheduler.jobDeleted({ type: 'job' });
  scheduler.jobsBulkDeleted();
  scheduler.gateAcquired({ concurrencyKey: 'gate' });
  scheduler.triggerQueued({ concurrencyKey: 'gate' });
  scheduler.triggerThrottled({ concurrencyKey: 'gate' });
  scheduler.sidecarError({ reason: 'send_failed' });
}
