import type { grpcMeasures } from '../catalogue/grpc-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import type { Profile } from '../profile.ts';
import { type GrpcCallRecorder, type GrpcRecorderOptions, grpcCallRecorder } from './grpc-call.ts';
import type { GrpcEvent, GrpcProbe } from './grpc-event.ts';
import { countTimed } from './timing.ts';

/** Events of gRPC. */
export interface GrpcRecorders {
  /** An RPC was answered. */
  server(event: GrpcEvent): void;
  /** An RPC that was sent ended, whatever its status. */
  client(event: GrpcEvent): void;
  /** A health probe of the application ended. */
  healthProbe(event: GrpcProbe): void;
  /** What the interceptors of `@oriel/views-grpc` record with, in place of the OpenCensus measures. */
  recorder(options?: GrpcRecorderOptions): GrpcCallRecorder;
}

/** Makes the recorders of gRPC. */
export function grpcRecorders(
  measures: Handles<typeof grpcMeasures>,
  { app_id }: Identity,
  profile: Profile,
): GrpcRecorders {
  const m = measures;
  const named = (method: string): string => methodLabel(method, profile);
  const server = ({ method: path, status, elapsedMs, sentBytes, receivedBytes }: GrpcEvent): void => {
    const method = named(path);
    const labels = { app_id, grpc_server_method: method, grpc_server_status: status, method, status };
    countTimed(m.serverCompleted, m.serverLatency, labels, elapsedMs);
    if (receivedBytes !== undefined) m.serverReceivedBytes.record(receivedBytes, labels);
    if (sentBytes !== undefined) m.serverSentBytes.record(sentBytes, labels);
  };
  const client = ({ method: path, status, elapsedMs, sentBytes, receivedBytes }: GrpcEvent): void => {
    const method = named(path);
    const labels = { app_id, grpc_client_method: method, grpc_client_status: status, method, status };
    countTimed(m.clientCompleted, m.clientLatency, labels, elapsedMs);
    if (sentBytes !== undefined) m.clientSentBytes.record(sentBytes, labels);
    if (receivedBytes !== undefined) m.clientReceivedBytes.record(receivedBytes, labels);
  };
  const healthProbe = ({ status, elapsedMs }: GrpcProbe): void => {
    const labels = { app_id, grpc_client_status: status, status };
    countTimed(m.healthProbeCount, m.healthProbeLatency, labels, elapsedMs);
  };
  const recorder = (options: GrpcRecorderOptions = {}): GrpcCallRecorder =>
    grpcCallRecorder({ server, client, healthProbe }, profile, options);
  return { server, client, healthProbe, recorder };
}

// Dapr writes the path as it is in the request, today's conventions write the method.
function methodLabel(method: string, profile: Profile): string {
  const name = method.startsWith('/') ? method.slice(1) : method;
  return profile === 'dapr' && name.includes('/') ? `/${name}` : name;
}
