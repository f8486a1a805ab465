import { Metadata } from '@grpc/grpc-js';
import { Registry } from '@oriel/metrics';
import { Stats, TagMap } from '@oriel/stats';
import { type GrpcCall, grpcServerViews, openCensusRecorder } from '@oriel/views-grpc';
import type { TimedSession } from '../case.ts';
import { latencies, valueMask } from '../workload.ts';

const methods: readonly string[] = Array.from({ length: 48 }, (_, i) => `shop.Orders/Method${i}`);

/** All that is recorded of a server's unary RPC, of 48 methods in turn, with the default views. */
export function unaryRpcs(): TimedSession {
  const stats = new Stats({ registry: new Registry() });
  stats.registerViews(...grpcServerViews(stats));
  const recorder = openCensusRecorder({ stats });
  const calls = methods.map(callOf);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === calls.length - 1 ? 0 : at + 1;
        const call = calls[at];
        call.latencyMs = latencies[i & valueMask];
        recorder.started?.(call);
        recorder.received?.(call, call.receivedBytes);
        recorder.sent?.(call, call.sentBytes);
        recorder.ended(call);
      }
    },
    arrived: () =>
      stats.retrieveData('grpc.io/server/completed_rpcs').reduce((sum, { value }) => sum + value, 0),
  };
}

function callOf(method: string, index: number): { -readonly [Key in keyof GrpcCall]: GrpcCall[Key] } {
  return {
    side: 'server',
    kind: 'unary',
    path: `/${method}`,
    method,
    metadata: new Metadata(),
    tags: TagMap.empty,
    status: 'OK',
    statusCode: 0,
    latencyMs: 0,
    serverLatencyMs: Number.NaN,
    sentMessages: 1,
    receivedMessages: 1,
    sentBytes: 100 * index,
    receivedBytes: 30 * index,
  };
}
