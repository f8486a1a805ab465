import { RowCache } from '@oriel/views-http';
import type { grpcMeasures } from '../catalogue/grpc-measures.ts';
import type { BoundHandle, Handle, Handles } from '../handle.ts';
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
  const rowsOf = (own: Row<Handle<Label>>): RowCache<Row<BoundHandle>> =>
    new RowCache((path, status) => boundRow(own, labelsOf(app_id, methodLabel(path, profile), `${status}`)));
  const serverRows = rowsOf({
    completed: m.serverCompleted,
    latency: m.serverLatency,
    sentBytes: m.serverSentBytes,
    receivedBytes: m.serverReceivedBytes,
  });
  const clientRows = rowsOf({
    completed: m.clientCompleted,
    latency: m.clientLatency,
    sentBytes: m.clientSentBytes,
    receivedBytes: m.clientReceivedBytes,
  });
  const server = (event: GrpcEvent): void => recordEnd(serverRows.of(event.method, event.status, ''), event);
  const client = (event: GrpcEvent): void => recordEnd(clientRows.of(event.method, event.status, ''), event);
  const healthProbe = ({ status, elapsedMs }: GrpcProbe): void => {
    const labels = { app_id, grpc_client_status: status, status };
    countTimed(m.healthProbeCount, m.healthProbeLatency, labels, elapsedMs);
  };
  const recorder = (options: GrpcRecorderOptions = {}): GrpcCallRecorder =>
    grpcCallRecorder({ server, client, healthProbe }, profile, options);
  return { server, client, healthProbe, recorder };
}

type Row<T> = Readonly<Record<'completed' | 'latency' | 'sentBytes' | 'receivedBytes', T>>;
type Label = keyof ReturnType<typeof labelsOf>;

// In the spelling of either side and profile: views keep their own.
function labelsOf(app_id: string, method: string, status: string) {
  return {
    app_id,
    method,
    status,
    grpc_server_method: method,
    grpc_server_status: status,
    grpc_client_method: method,
    grpc_client_status: status,
  };
}

function boundRow(own: Row<Handle<Label>>, labels: Readonly<Record<Label, string>>): Row<BoundHandle> {
  return {
    completed: own.completed.bind(labels),
    latency: own.latency.bind(labels),
    sentBytes: own.sentBytes.bind(labels),
    receivedBytes: own.receivedBytes.bind(labels),
  };
}

function recordEnd(row: Row<BoundHandle>, { elapsedMs, sentBytes, receivedBytes }: GrpcEvent): void {
  row.completed.record(1);
  if (elapsedMs !== undefined) row.latency.record(elapsedMs);
  if (sentBytes !== undefined) row.sentBytes.record(sentBytes);
  if (receivedBytes !== undefined) row.receivedBytes.record(receivedBytes);
}

// Dapr writes the path as it is in the request, today's conventions write the method.
function methodLabel(method: string, profile: Profile): string {
  const name = method.startsWith('/') ? method.slice(1) : method;
  return profile === 'dapr' && name.includes('/') ? `/${name}` : name;
}
