import type { Profile } from '../profile.ts';
import type { GrpcEvent, GrpcProbe } from './grpc-event.ts';

/** What is used of a call of `@oriel/views-grpc`. */
export interface GrpcCallLike {
  readonly side: 'client' | 'server';
  /** `unary`, or which sides stream. */
  readonly kind: string;
  /** Fit for a label: `package.Service/Method`. */
  readonly method: string;
  readonly metadata: { get(key: string): readonly unknown[] } | undefined;
  /** Name of the code. */
  readonly status: string;
  /** Milliseconds. */
  readonly latencyMs: number;
  /** NaN if they are not known. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Fits `GrpcRecorder` of `@oriel/views-grpc`. */
export interface GrpcCallRecorder {
  ended(call: GrpcCallLike): void;
}

export interface GrpcRecorderOptions {
  /**
   * Methods that the application's health is asked by: calls of them are probes, and no other metric has them. Default:
   * Dapr's `AppCallbackHealthCheck` and gRPC's own `Health/Check`.
   */
  readonly healthProbeMethods?: readonly string[];
}

interface Recorders {
  server(event: GrpcEvent): void;
  client(event: GrpcEvent): void;
  healthProbe(event: GrpcProbe): void;
}

const probes: readonly string[] = [
  'dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck',
  'grpc.health.v1.Health/Check',
];

/** Translates calls into events: sizes are those of unary messages. */
export function grpcCallRecorder(
  recorders: Recorders,
  profile: Profile,
  { healthProbeMethods = probes }: GrpcRecorderOptions,
): GrpcCallRecorder {
  const probed = new Set(healthProbeMethods.map((method) => method.replace(/^\//, '')));
  return {
    ended(call) {
      const { side, method, status, latencyMs: elapsedMs } = call;
      if (side === 'client' && probed.has(method)) recorders.healthProbe({ status, elapsedMs });
      else if (counts(call, profile)) recorders[side]({ method, status, elapsedMs, ...sizesOf(call) });
    },
  };
}

// Dapr counts those streams that it passes on for an app, which says its name.
function counts({ kind, metadata }: GrpcCallLike, profile: Profile): boolean {
  return profile === 'default' || kind === 'unary' || (metadata?.get('dapr-app-id').length ?? 0) > 0;
}

function sizesOf({
  kind,
  sentBytes,
  receivedBytes,
}: GrpcCallLike): Pick<GrpcEvent, 'sentBytes' | 'receivedBytes'> {
  if (kind !== 'unary') return {};
  return {
    ...(Number.isFinite(sentBytes) && { sentBytes }),
    ...(Number.isFinite(receivedBytes) && { receivedBytes }),
  };
}
