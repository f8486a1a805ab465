import type { PathLabels } from '@oriel/views-http';
import type { httpMeasures } from '../catalogue/http-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import type { Profile } from '../profile.ts';
import type { HttpClientEvent, HttpProbe, HttpServerEvent } from './http-event.ts';
import {
  type HttpExchangeRecorder,
  type HttpRecorderOptions,
  httpExchangeRecorder,
} from './http-exchange.ts';
import { countTimed, recordTime } from './timing.ts';

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
  const server = ({
    method,
    path,
    status,
    elapsedMs,
    requestBytes = 0,
    responseBytes,
  }: HttpServerEvent): void => {
    const labels = { app_id, method: paths.verb(method), path: paths.server(path), status: `${status}` };
    m.serverRequestCount.record(1, labels);
    m.serverResponseCount.record(1, labels);
    recordTime(m.serverLatency, labels, elapsedMs);
    m.serverRequestBytes.record(sizeOf(requestBytes) ?? 0, labels);
    const size = sizeOf(responseBytes);
    if (size !== undefined) m.serverResponseBytes.record(size, labels);
  };
  const client = ({
    method,
    path,
    status,
    elapsedMs,
    sentBytes = 0,
    receivedBytes,
  }: HttpClientEvent): void => {
    const verb = paths.verb(method, 'client');
    const labels = { app_id, method: verb, path: paths.client(path), status: `${status}` };
    countTimed(m.clientCompletedCount, m.clientLatency, labels, elapsedMs);
    m.clientSentBytes.record(sizeOf(sentBytes) ?? 0, labels);
    const size = sizeOf(receivedBytes);
    if (size !== undefined) m.clientReceivedBytes.record(size, labels);
  };
  const healthProbe = ({ status, elapsedMs }: HttpProbe): void =>
    countTimed(m.healthProbeCount, m.healthProbeLatency, { app_id, status: `${status}` }, elapsedMs);
  const recorder = (options: HttpRecorderOptions = {}): HttpExchangeRecorder =>
    httpExchangeRecorder({ server, client, healthProbe }, profile, options);
  return { server, client, healthProbe, recorder };
}

// A length that is not known is no size.
function sizeOf(bytes: number | undefined): number | undefined {
  return bytes !== undefined && bytes >= 0 ? bytes : undefined;
}
