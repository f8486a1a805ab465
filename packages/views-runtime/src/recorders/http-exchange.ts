import type { Profile } from '../profile.ts';
import type { HttpClientEvent, HttpProbe, HttpServerEvent } from './http-event.ts';

/** What is used of an exchange of `@oriel/views-http`. */
export interface ExchangeLike {
  readonly method: string;
  /** The target without origin and query. */
  readonly path: string;
  /** The status code of a whole response, else `aborted`, `error` or `timeout`. */
  readonly status: number | string;
  /** Milliseconds. */
  readonly latencyMs: number;
  /** On the wire. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Content-Length, if there was one. */
  readonly requestLength: number | undefined;
  readonly responseLength: number | undefined;
}

/** Fits `HttpRecorder` of `@oriel/views-http`. */
export interface HttpExchangeRecorder {
  server(exchange: ExchangeLike): void;
  client(exchange: ExchangeLike): void;
}

export interface HttpRecorderOptions {
  /** Path that the application's health is asked at: calls to it are probes, and no other metric has them. Default: none. */
  readonly healthProbePath?: string;
}

interface Recorders {
  server(event: HttpServerEvent): void;
  client(event: HttpClientEvent): void;
  healthProbe(event: HttpProbe): void;
}

/** Translates exchanges into events: sizes are those of bodies, as far as they are known. */
export function httpExchangeRecorder(
  recorders: Recorders,
  profile: Profile,
  { healthProbePath }: HttpRecorderOptions,
): HttpExchangeRecorder {
  return {
    server(exchange) {
      const { method, path, status, latencyMs: elapsedMs, requestLength: requestBytes } = exchange;
      const responseBytes = responseSize(exchange, exchange.sentBytes);
      recorders.server({ method, path, status, elapsedMs, requestBytes, responseBytes });
    },
    client(exchange) {
      const { method, path, latencyMs: elapsedMs, requestLength: sentBytes } = exchange;
      const status = clientStatus(exchange.status, profile);
      if (path === healthProbePath) {
        recorders.healthProbe({ status, elapsedMs });
        return;
      }
      const receivedBytes = responseSize(exchange, exchange.receivedBytes);
      recorders.client({ method, path, status, elapsedMs, sentBytes, receivedBytes });
    },
  };
}

// A chunked body says no length: what went over the wire is nearest.
function responseSize({ method, status, responseLength }: ExchangeLike, onWire: number): number {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  return responseLength ?? onWire;
}

// Dapr's boards know a call that failed by 500; one that was cancelled they do not know.
function clientStatus(status: number | string, profile: Profile): number | string {
  const failed = status === 'error' || status === 'timeout';
  return profile === 'dapr' && failed ? 500 : status;
}
