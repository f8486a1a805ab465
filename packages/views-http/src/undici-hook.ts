import { performance } from 'node:perf_hooks';
import { activeTags, type TagMap } from '@oriel/stats';
import { ByteMeter, bytesSent, type CountingSocket } from './byte-meter.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import type { HttpFailure } from './http-exchange.ts';
import { failureOf } from './http-failure.ts';
import { UndiciExchange, type UndiciRequest, type UndiciResponse } from './undici-exchange.ts';

export interface UndiciHookOptions {
  readonly sink: ExchangeSink;
  /** Writes tags into the headers of a request that goes out. */
  readonly inject?: ((request: UndiciRequest, tags: TagMap) => void) | undefined;
}

interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly response: UndiciResponse;
  readonly headers: string;
  readonly socket: CountingSocket;
  readonly error: unknown;
}

/** Follows the requests of `fetch` and of every undici, bundled or installed: they publish to the same channels. */
export class UndiciHook {
  /** On a request: its exchange. On a socket: its meter. */
  readonly #slot: symbol = Symbol('oriel.http.undici');
  readonly #sink: ExchangeSink;
  readonly #inject: UndiciHookOptions['inject'];
  #stopped = false;

  constructor({ sink, inject }: UndiciHookOptions) {
    this.#sink = sink;
    this.#inject = inject;
  }

  /** Subscribed to `undici:request:create`. */
  readonly onCreate = (message: unknown): void => {
    this.#sink.faults.guard(() => this.#created((message as UndiciMessage).request));
  };

  /** Subscribed to `undici:client:sendHeaders`. */
  readonly onSend = (message: unknown): void => {
    this.#sink.faults.guard(() => this.#sent(message as UndiciMessage));
  };

  /** Subscribed to `undici:request:headers`; the last of several heads is the final one. */
  readonly onHeaders = (message: unknown): void => {
    const { request, response } = message as UndiciMessage;
    const exchange = this.#exchangeOf(request);
    if (exchange !== undefined) exchange.response = response;
  };

  /** Subscribed to `undici:request:trailers`, which comes at the end of every response. */
  readonly onEnd = (message: unknown): void => {
    this.#sink.faults.guard(() => {
      const exchange = this.#exchangeOf((message as UndiciMessage).request);
      if (exchange !== undefined) this.#end(exchange, exchange.statusCode ?? 'error');
    });
  };

  /** Subscribed to `undici:request:error`. */
  readonly onError = (message: unknown): void => {
    this.#sink.faults.guard(() => {
      const { request, error } = message as UndiciMessage;
      const exchange = this.#exchangeOf(request);
      if (exchange !== undefined) this.#end(exchange, failureOf(error));
    });
  };

  /** Whether requests of this kind were sent on a connection. */
  uses(socket: object | undefined): boolean {
    return socket !== undefined && (socket as Record<symbol, unknown>)[this.#slot] !== undefined;
  }

  /** Leaves requests under way to themselves: they are not counted any more. */
  stop(): void {
    this.#stopped = true;
  }

  #created(request: UndiciRequest): void {
    const exchange = new UndiciExchange(request, activeTags());
    exchange.ignored = this.#sink.ignores(exchange);
    (request as unknown as Record<symbol, unknown>)[this.#slot] = exchange;
    if (typeof request.upgrade === 'string' || request.method === 'CONNECT') this.#watchUpgrade(exchange);
    if (!exchange.ignored) this.#inject?.(request, exchange.tags);
  }

  // Until undici 8 nothing is published when an upgrade is answered.
  #watchUpgrade(exchange: UndiciExchange): void {
    const { request } = exchange;
    const { onUpgrade } = request;
    exchange.upgraded = true;
    if (typeof onUpgrade !== 'function') return;
    request.onUpgrade = (status, ...rest) => {
      this.#sink.faults.guard(() => this.#end(exchange, status));
      return onUpgrade.call(request, status, ...rest);
    };
  }

  // Sent again on another connection, if the first was lost: what that carried counts too.
  #sent({ request, socket, headers }: UndiciMessage): void {
    const exchange = this.#exchangeOf(request);
    if (exchange === undefined || exchange.ended) return;
    if (exchange.socket !== undefined && exchange.socket !== socket) this.#take(exchange);
    exchange.socket = socket;
    exchange.head = headers;
    const slots = socket as unknown as Record<symbol, ByteMeter | undefined>;
    // What a connection carried before it was first seen here is nobody's.
    slots[this.#slot] ??= bytesSent(socket) > 0 ? ByteMeter.from(socket) : new ByteMeter();
  }

  #take(exchange: UndiciExchange): void {
    const { socket } = exchange;
    if (socket === undefined) return;
    (socket as unknown as Record<symbol, ByteMeter | undefined>)[this.#slot]?.take(socket, exchange);
  }

  #end(exchange: UndiciExchange, status: number | HttpFailure): void {
    if (exchange.ended || this.#stopped) return;
    exchange.ended = true;
    exchange.status = status;
    exchange.upgraded &&= status === 101 || (exchange.method === 'CONNECT' && status === 200);
    exchange.latencyMs = performance.now() - exchange.startedAt;
    this.#take(exchange);
    if (!exchange.ignored) this.#sink.client(exchange);
  }

  #exchangeOf(request: UndiciRequest): UndiciExchange | undefined {
    return (request as unknown as Record<symbol, UndiciExchange | undefined>)[this.#slot];
  }
}
