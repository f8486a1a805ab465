import type { ClientRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import { activeTags, type TagMap } from '@oriel/stats';
import { ByteMeter, type CountingSocket } from './byte-meter.ts';
import { ClientExchange } from './client-exchange.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import { failureOf } from './http-failure.ts';

export interface ClientHookOptions {
  readonly sink: ExchangeSink;
  /** Writes tags into the headers of a request that goes out. */
  readonly inject?: ((request: ClientRequest, tags: TagMap) => void) | undefined;
}

type Slots = Record<symbol, ClientExchange | undefined>;

/** Follows the requests made with `node:http` and `node:https`, each from the call to its end. */
export class ClientHook {
  /** On a request: its exchange. On a socket: its meter. */
  readonly #slot: symbol = Symbol('oriel.http.client');
  readonly #sink: ExchangeSink;
  readonly #inject: ClientHookOptions['inject'];
  readonly #onClose: (this: ClientRequest) => void;
  readonly #onTimeout: (this: ClientRequest) => void;
  #stopped = false;

  constructor({ sink, inject }: ClientHookOptions) {
    this.#sink = sink;
    this.#inject = inject;
    const hook = this;
    // One function each for all requests, which Node calls with the request as `this`.
    this.#onClose = function () {
      hook.#sink.faults.guard(() => hook.#closed(this));
    };
    this.#onTimeout = function () {
      const exchange = hook.#exchangeOf(this);
      if (exchange !== undefined) exchange.timedOut = true;
    };
  }

  /** Subscribed to `http.client.request.created`. */
  readonly onCreated = (message: unknown): void => {
    this.#sink.faults.guard(() => this.#created((message as { request: ClientRequest }).request));
  };

  /** Subscribed to `http.client.request.error`. */
  readonly onError = (message: unknown): void => {
    const { request, error } = message as { request: ClientRequest; error: unknown };
    const exchange = this.#exchangeOf(request);
    if (exchange === undefined) return;
    const failure = failureOf(error);
    // A request that was destroyed before it failed was given up by its own side.
    exchange.failure ??= failure === 'error' && request.destroyed ? 'aborted' : failure;
  };

  /** Leaves requests under way to themselves: they are not counted any more. */
  stop(): void {
    this.#stopped = true;
  }

  #created(request: ClientRequest): void {
    const exchange = new ClientExchange(request, activeTags());
    exchange.ignored = this.#sink.ignores(exchange);
    (request as unknown as Slots)[this.#slot] = exchange;
    request.on('close', this.#onClose);
    request.on('timeout', this.#onTimeout);
    if (!exchange.ignored) this.#inject?.(request, exchange.tags);
  }

  #closed(request: ClientRequest): void {
    const exchange = this.#exchangeOf(request);
    if (exchange === undefined || exchange.ended || this.#stopped) return;
    exchange.ended = true;
    exchange.status = exchange.outcome();
    exchange.latencyMs = performance.now() - exchange.startedAt;
    const { socket } = exchange;
    if (socket !== undefined) this.#meterOf(socket, request.reusedSocket).take(socket, exchange);
    if (!exchange.ignored) this.#sink.client(exchange);
  }

  // What a connection carried before it was first seen here is nobody's.
  #meterOf(socket: CountingSocket, isReused: boolean): ByteMeter {
    const slots = socket as unknown as Record<symbol, ByteMeter | undefined>;
    slots[this.#slot] ??= isReused ? ByteMeter.from(socket) : new ByteMeter();
    return slots[this.#slot] as ByteMeter;
  }

  #exchangeOf(request: ClientRequest): ClientExchange | undefined {
    return (request as unknown as Slots)[this.#slot];
  }
}
