import { type PathLabels, RowCache } from '@oriel/views-http';
import type { httpMeasures } from '../catalogue/http-measures.ts';
import type { BoundHandle, Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import type { Profile } from '../profile.ts';
import type { HttpClientEvent, HttpProbe, HttpServerEvent } from './http-event.ts';
import {
  type HttpExchangeRecorder,
  type HttpRecorderOptions,
  httpExchangeRecorder,
} from './http-exchange.ts';
import { countTimed } from './timing.ts';

/** Events of HTTP. Paths and methods become labels by the rules of the operator's file, so they stay few. */
export interface HttpRecorders {
  /** A request was answered, or broke off. */
  server(event: HttpServerEvent): void;
  /** A call to the application ended: answered, streamed to its end, failed or cancelled. */
  client(event: HttpClientEvent): void;
  /** A health probe of the application ended. */
  healthProbe(event: HttpProbe): void;
  /** What `@oriel/views-http` records with, in place of the OpenCensus measures. */
  recorder(options?: HttpRecorderOptions): HttpExchangeRecorder;
}

type Measures = Handles<typeof httpMeasures>;

/** Makes the recorders of HTTP. */
export function httpRecorders(
  measures: Measures,
  { app_id }: Identity,
  { paths, profile }: { readonly paths: PathLabels; readonly profile: Profile },
): HttpRecorders {
  const m = measures;
  const serverRows = new RowCache((method, status, path) =>
    serverRow(m, { app_id, method, path, status: `${status}` }),
  );
  const clientRows = new RowCache((method, status, path) =>
    clientRow(m, { app_id, method, path, status: `${status}` }),
  );
  const server = (event: HttpServerEvent): void => {
    const row = serverRows.of(paths.verb(event.method), event.status, paths.server(event.path));
    row.requestCount.record(1);
    row.responseCount.record(1);
    if (event.elapsedMs !== undefined) row.latency.record(event.elapsedMs);
    row.requestBytes.record(sizeOf(event.requestBytes) ?? 0);
    const size = sizeOf(event.responseBytes);
    if (size !== undefined) row.responseBytes.record(size);
  };
  const client = (event: HttpClientEvent): void => {
    const row = clientRows.of(paths.verb(event.method, 'client'), event.status, paths.client(event.path));
    row.completedCount.record(1);
    if (event.elapsedMs !== undefined) row.latency.record(event.elapsedMs);
    row.sentBytes.record(sizeOf(event.sentBytes) ?? 0);
    const size = sizeOf(event.receivedBytes);
    if (size !== undefined) row.receivedBytes.record(size);
  };
  const healthProbe = ({ status, elapsedMs }: HttpProbe): void =>
    countTimed(m.healthProbeCount, m.healthProbeLatency, { app_id, status: `${status}` }, elapsedMs);
  const recorder = (options: HttpRecorderOptions = {}): HttpExchangeRecorder =>
    httpExchangeRecorder({ server, client, healthProbe }, profile, options);
  return { server, client, healthProbe, recorder };
}

type Labels = Readonly<Record<'app_id' | 'method' | 'path' | 'status', string>>;

function serverRow(m: Measures, labels: Labels): ServerRow {
  return {
    requestCount: m.serverRequestCount.bind(labels),
    responseCount: m.serverResponseCount.bind(labels),
    latency: m.serverLatency.bind(labels),
    requestBytes: m.serverRequestBytes.bind(labels),
    responseBytes: m.serverResponseBytes.bind(labels),
  };
}

type ServerRow = Readonly<
  Record<'requestCount' | 'responseCount' | 'latency' | 'requestBytes' | 'responseBytes', BoundHandle>
>;

function clientRow(m: Measures, labels: Labels): ClientRow {
  return {
    completedCount: m.clientCompletedCount.bind(labels),
    latency: m.clientLatency.bind(labels),
    sentBytes: m.clientSentBytes.bind(labels),
    receivedBytes: m.clientReceivedBytes.bind(labels),
  };
}

type ClientRow = Readonly<Record<'completedCount' | 'latency' | 'sentBytes' | 'receivedBytes', BoundHandle>>;

// A length that is not known is no size.
function sizeOf(bytes: number | undefined): number | undefined {
  return bytes !== undefined && bytes >= 0 ? bytes : undefined;
}
