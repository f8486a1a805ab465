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
  /** Undefined where they cannot be told. */
  readonly requestBodyBytes: number | undefined;
  readonly responseBodyBytes: number | undefined;
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
      const { method, path, status, latencyMs: elapsedMs } = exchange;
      const { requestBodyBytes: requestBytes, responseBodyBytes: responseBytes } = exchange;
      recorders.server({ method, path, status, elapsedMs, requestBytes, responseBytes });
    },
    client(exchange) {
      const { method, path, latencyMs: elapsedMs } = exchange;
      const status = clientStatus(exchange.status, profile);
      if (path === healthProbePath) {
        recorders.healthProbe({ status, elapsedMs });
        return;
      }
      const { requestBodyBytes: sentBytes, responseBodyBytes: receivedBytes } = exchange;
      recorders.client({ method, path, status, elapsedMs, sentBytes, receivedBytes });
    },
  };
}

// Dapr's boards know a call that failed by 500; one that was cancelled they do not know.
function clientStatus(status: number | string, profile: Profile): number | string {
  const failed = status === 'error' || status === 'timeout';
  return profile === 'dapr' && failed ? 500 : status;
}
