import { describe, expect, test } from 'vitest';
import type { GrpcCallLike } from '../src/recorders/grpc-call.ts';
import { distributionOf, fresh, rows } from './fresh-runtime.ts';

/** A call as the interceptors tell of it. */
function call(change: Partial<GrpcCallLike>): GrpcCallLike {
  return {
    side: 'server',
    kind: 'unary',
    method: 'dapr.proto.runtime.v1.Dapr/SaveState',
    metadata: undefined,
    status: 'OK',
    latencyMs: 0.4,
    sentBytes: 10,
    receivedBytes: 20,
    ...change,
  };
}

const forApp = { get: (key: string) => (key === 'dapr-app-id' ? ['cart'] : []) };

describe('recorder()', () => {
  test('an RPC is one count, one time of 0.4 ms, and its bytes by direction', () => {
    const { runtime, stats } = fresh({ profile: 'dapr' });
    runtime.grpc.recorder().ended(call({}));
    const method = 'app_id=shop grpc_server_method=/dapr.proto.runtime.v1.Dapr/SaveState';
    expect(rows(stats, 'grpc.io/server/completed_rpcs')).toEqual([`${method} grpc_server_status=OK 1`]);
    expect(distributionOf(stats, 'grpc.io/server/server_latency').sum).toBe(0.4);
    expect(distributionOf(stats, 'grpc.io/server/sent_bytes_per_rpc').sum).toBe(10);
    expect(distributionOf(stats, 'grpc.io/server/received_bytes_per_rpc').sum).toBe(20);
  });

  test('under default the labels are method and status, the method without its slash', () => {
    const { runtime, stats } = fresh();
    runtime.grpc.recorder().ended(call({ side: 'client', status: 'UNAVAILABLE' }));
    expect(rows(stats, 'grpc_client_requests_total')).toEqual([
      'app_id=shop method=dapr.proto.runtime.v1.Dapr/SaveState status=UNAVAILABLE 1',
    ]);
  });

  test('ten calls are ten', () => {
    const { runtime, stats } = fresh({ profile: 'dapr' });
    const recorder = runtime.grpc.recorder();
    for (let i = 0; i < 10; i++) recorder.ended(call({}));
    expect(rows(stats, 'grpc.io/server/completed_rpcs')[0]).toMatch(/ 10$/);
  });

  test.each([
    [undefined, 0],
    [{ get: () => [] }, 0],
    [forApp, 1],
  ])('under dapr a stream counts if it says for which app: metadata %o', (metadata, count) => {
    const { runtime, stats } = fresh({ profile: 'dapr' });
    runtime.grpc.recorder().ended(call({ kind: 'bidi', metadata, method: 'Proxied/Stream' }));
    for (const name of ['completed_rpcs', 'server_latency'])
      expect(rows(stats, `grpc.io/server/${name}`)).toHaveLength(count);
    expect(rows(stats, 'grpc.io/server/sent_bytes_per_rpc')).toEqual([]);
    expect(stats.findView('grpc.io/server/completed_rpcs')?.tagKeys).toEqual([
      'app_id',
      'grpc_server_method',
      'grpc_server_status',
    ]);
  });

  test('under default every stream counts, without sizes', () => {
    const { runtime, stats } = fresh();
    runtime.grpc.recorder().ended(call({ kind: 'serverStream' }));
    expect(rows(stats, 'grpc_server_requests_total')).toHaveLength(1);
    expect(rows(stats, 'grpc_server_request_size_bytes')).toEqual([]);
  });

  test.each(['dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck', 'grpc.health.v1.Health/Check'])(
    'a call of %s is a probe and no client call; a served one is a call',
    (method) => {
      const { runtime, stats } = fresh({ profile: 'dapr' });
      const recorder = runtime.grpc.recorder();
      recorder.ended(call({ side: 'client', method }));
      recorder.ended(call({ side: 'server', method }));
      expect(rows(stats, 'grpc.io/healthprobes/completed_count')).toEqual([
        'app_id=shop grpc_client_status=OK 1',
      ]);
      expect(rows(stats, 'grpc.io/client/completed_rpcs')).toEqual([]);
      expect(rows(stats, 'grpc.io/server/completed_rpcs')).toHaveLength(1);
    },
  );

  test('methods of probes may be others', () => {
    const { runtime, stats } = fresh({ profile: 'dapr' });
    runtime.grpc
      .recorder({ healthProbeMethods: ['/my.Health/Ask'] })
      .ended(call({ side: 'client', method: 'my.Health/Ask' }));
    expect(rows(stats, 'grpc.io/healthprobes/completed_count')).toHaveLength(1);
  });

  test('bytes that are not known are no size, and the methods beyond the limit have no slash', () => {
    const { runtime, stats } = fresh({ profile: 'dapr' });
    runtime.grpc.recorder().ended(call({ sentBytes: Number.NaN, method: '_OTHER' }));
    expect(rows(stats, 'grpc.io/server/sent_bytes_per_rpc')).toEqual([]);
    expect(rows(stats, 'grpc.io/server/completed_rpcs')).toEqual([
      'app_id=shop grpc_server_method=_OTHER grpc_server_status=OK 1',
    ]);
  });
});
