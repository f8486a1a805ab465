import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { TagMap } from '@oriel/stats';
import { ByteMeter, bytesSent } from './byte-meter.ts';
import { ExchangeSink } from './exchange-sink.ts';
import type { HttpRecorder, HttpRequestInfo } from './http-exchange.ts';
import { isMeasured } from './measured-responses.ts';
import { type OpenCensusRecorderOptions, openCensusRecorder } from './opencensus-recorder.ts';
import { ServerExchange, type ServerSocket } from './server-exchange.ts';

/** On a response that is watched, and on its socket. By name, for two installed copies of this package. */
const watchedSlot: symbol = Symbol.for('oriel.http.watched');

/** What middleware does with requests that `instrumentHttp` does not measure; unused with it. */
export interface RouteMetricsOptions extends OpenCensusRecorderOptions {
  /** Who records. Default: `openCensusRecorder` with these options. */
  readonly recorders?: readonly HttpRecorder[];
  /** Requests that are not to be recorded. Default: none. */
  readonly ignore?: (request: HttpRequestInfo) => boolean;
}

/**
 * Measures requests from inside their handlers, for programs that do not instrument all of them; a request that is
 * measured already is left alone.
 *
 * Cost: two listeners a request.
 */
export class ResponseWatch {
  readonly #sink: ExchangeSink;

  constructor(options: RouteMetricsOptions) {
    const { recorders = [openCensusRecorder(options)], ignore } = options;
    this.#sink = new ExchangeSink({ recorders, ignore });
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    if (watchedSlot in response || isMeasured(response)) return;
    this.#sink.faults.guard(() => this.#begin(request, response));
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const socket = (request.socket ?? {}) as ServerSocket;
    const exchange = new ServerExchange(socket, request, response, TagMap.empty);
    exchange.ignored = this.#sink.ignores(exchange);
    Reflect.set(response, watchedSlot, true);
    meterOf(socket);
    response.once('finish', () => {
      exchange.answeredAt = performance.now();
    });
    response.once('close', () => this.#sink.faults.guard(() => this.#end(exchange, response)));
  }

  #end(exchange: ServerExchange, response: ServerResponse): void {
    exchange.latencyMs = (exchange.answeredAt || performance.now()) - exchange.startedAt;
    exchange.status = exchange.answeredAt > 0 ? response.statusCode : exchange.loss();
    meterOf(exchange.socket).take(exchange.socket, exchange);
    if (!exchange.ignored) this.#sink.server(exchange);
  }
}

// What a connection carried before it was first seen here is nobody's.
function meterOf(socket: ServerSocket): ByteMeter {
  const slots = socket as unknown as Record<symbol, ByteMeter | undefined>;
  slots[watchedSlot] ??= bytesSent(socket) > 0 ? ByteMeter.from(socket) : new ByteMeter();
  return slots[watchedSlot] as ByteMeter;
}
