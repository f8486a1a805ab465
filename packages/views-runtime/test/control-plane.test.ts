import { expect, test } from 'vitest';
import { distributionOf, fresh, rows } from './fresh-runtime.ts';

test('placement counts the hosts of a namespace up, down and, when it ends, to zero', () => {
  const { runtime, stats } = fresh({ profile: 'dapr', parts: ['placement'], appId: '' });
  const all = (): string[] => rows(stats, 'placement/runtimes_total');
  const connect = (hostsActors: boolean) =>
    runtime.placement.hostConnected({ hostNamespace: 'a', hostsActors });
  expect(all()).toEqual([]);
  const first = connect(true);
  expect(all()).toEqual(['host_namespace=a 1']);
  const second = connect(false);
  expect(all()).toEqual(['host_namespace=a 2']);
  expect(rows(stats, 'placement/actor_runtimes_total')).toEqual(['host_namespace=a 1']);
  first();
  expect(all()).toEqual(['host_namespace=a 1']);
  runtime.placement.namespaceEnded({ hostNamespace: 'a' });
  expect(all()).toEqual(['host_namespace=a 0']);
  connect(false);
  expect(all()).toEqual(['host_namespace=a 1']);
  second();
  expect(all()).toEqual(['host_namespace=a 1']);
  connect(false);
  expect(all()).toEqual(['host_namespace=a 2']);
});

test('a namespace that nobody was in gets no series when it ends', () => {
  const { runtime, stats } = fresh({ parts: ['placement'] });
  runtime.placement.namespaceEnded({ hostNamespace: 'a' });
  expect(rows(stats, 'placement_runtimes')).toEqual([]);
});

test('both leader gauges are there from the start', () => {
  const { runtime, stats } = fresh({ profile: 'dapr', parts: ['placement'] });
  const both = (): string[] =>
    ['leader_status', 'raft_leader_status'].flatMap((name) => rows(stats, `placement/${name}`));
  expect(both()).toEqual([' 0', ' 0']);
  runtime.placement.leadership({ leading: true });
  expect(both()).toEqual([' 1', ' 1']);
});

test('the scheduler counts streams as they open and close', () => {
  const { runtime, stats } = fresh({ profile: 'dapr', parts: ['scheduler'] });
  const seen: string[] = [];
  const see = (): unknown => seen.push(...rows(stats, 'scheduler/sidecars_connected'));
  const sidecars = Array.from({ length: 3 }, () => {
    const streams = [1, 2, 3].map(() => runtime.scheduler.sidecarConnected());
    see();
    return streams;
  });
  for (const streams of sidecars) {
    for (const close of streams) close();
    see();
  }
  expect(seen).toEqual([' 3', ' 6', ' 9', ' 6', ' 3', ' 0']);
});

test('triggers count by result; the time is for those that ran', () => {
  const { runtime, stats } = fresh({ profile: 'dapr', parts: ['scheduler'] });
  for (let i = 0; i < 3; i++)
    runtime.scheduler.jobTriggered({ type: 'job', result: 'success', elapsedMs: 501 });
  for (let i = 0; i < 2; i++)
    runtime.scheduler.jobTriggered({ type: 'job', result: 'undelivered', elapsedMs: 9 });
  runtime.scheduler.jobTriggered({ type: 'job', result: 'failed', elapsedMs: 5000 });
  expect(rows(stats, 'scheduler/jobs_triggered_total')).toEqual(['type=job 3']);
  expect(rows(stats, 'scheduler/jobs_undelivered_total')).toEqual(['type=job 2']);
  expect(rows(stats, 'scheduler/jobs_failed_total')).toEqual(['type=job 1']);
  expect(distributionOf(stats, 'scheduler/trigger_latency')).toMatchObject({
    count: 4,
    buckets: [0, 0, 3, 1, 0, 0],
  });
});

test('gates and queues are told of in both directions', () => {
  const { runtime, stats } = fresh({ parts: ['scheduler'] });
  const release = runtime.scheduler.gateAcquired({ concurrencyKey: 'k' });
  const drained = runtime.scheduler.triggerQueued({ concurrencyKey: 'k' });
  runtime.scheduler.triggerQueued({ concurrencyKey: 'k' });
  drained();
  expect(rows(stats, 'scheduler_concurrency_inflight')).toEqual(['concurrency_key=k 1']);
  expect(rows(stats, 'scheduler_concurrency_pending')).toEqual(['concurrency_key=k 1']);
  release();
  expect(rows(stats, 'scheduler_concurrency_inflight')).toEqual(['concurrency_key=k 0']);
});

test('the expiry of the issuer is in seconds, and an impossible date is dropped', () => {
  const { runtime, stats } = fresh({ profile: 'dapr', parts: ['sentry'] });
  runtime.sentry.issuerLoaded({ expiresAt: new Date('2027-01-15T08:00:00Z') });
  expect(rows(stats, 'sentry/issuercert/expiry_timestamp')).toEqual([' 1800000000']);
  runtime.sentry.issuerLoaded({ expiresAt: 'tomorrow' as never });
  expect(rows(stats, 'oriel_runtime_events_dropped_total')).toEqual(['event=sentry.issuerLoaded 1']);
});
