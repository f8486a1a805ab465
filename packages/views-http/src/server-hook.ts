import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { TagMap, withTags } from '@oriel/stats';
import type { ExchangeSink } from './exchange-sink.ts';
import type { HttpFailure } from './http-exchange.ts';
import { isOfMessage, lossOn } from './http-failure.ts';
import { type ListenedSocket, ServerConnection } from './server-connection.ts';
import type { ServerObserver } from './server-emit.ts';
import { ServerExchange } from './server-exchange.ts';

interface ServerMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: ListenedSocket;
}

export interface ServerHookOptions {
  readonly sink: ExchangeSink;
  /** Reads the tags of a request that comes in; undefined if none are taken. */
  readonly extract?: ((headers: IncomingMessage['headers']) => TagMap) | undefined;
}

/** Follows the requests to every server of `node:http` and `node:https`, each from its head to its end. */
export class ServerHook implements ServerObserver {
  readonly run: ServerObserver['run'];
  /** On a socket: its connection, which knows the requests under way. Nothing is put on requests and responses. */
  readonly #slot: symbol = Symbol('oriel.http.server');
  readonly #sink: ExchangeSink;
  readonly #extract: ServerHookOptions['extract'];
  readonly #connections = new Set<ServerConnection>();
  #stopped = false;

  constructor({ sink, extract }: ServerHookOptions) {
    this.#sink = sink;
    this.#extract = extract;
    this.run = extract === undefined ? undefined : (message, handle) => this.#runWithTags(message, handle);
  }

  /** Subscribed to `http.server.request.start`. */
  readonly onStart = (message: unknown): void => {
    try {
      this.#start(message as ServerMessage);
    } catch {
      this.#sink.faults.add('hook_failed');
    }
  };

  /** Subscribed to `http.server.response.finish`. */
  readonly onFinish = (message: unknown): void => {
    try {
      this.#finish(message as ServerMessage);
    } catch {
      this.#sink.faults.add('hook_failed');
    }
  };

  upgrade(request: unknown, socket: unknown, head: unknown): void {
    this.#sink.faults.guard(() => {
      this.#upgrade(request as IncomingMessage, socket as ListenedSocket, head as Uint8Array | undefined);
    });
  }

  clientError(error: unknown, socket: unknown): void {
    this.#sink.faults.guard(() => this.#malformed(error, socket as ListenedSocket));
  }

  timeout(socket: unknown): void {
    for (const exchange of this.#known(socket)?.open ?? []) exchange.failure ??= 'timeout';
  }

  threw(message: unknown): void {
    const exchange = this.#exchangeOf(message);
    if (exchange !== undefined) exchange.failure = 'error';
  }

  /** Whether a response is measured here. */
  measures(response: object): boolean {
    return this.#exchangeOf(response) !== undefined;
  }

  // Of a response, or of the request of an upgrade, while it is under way.
  #exchangeOf(message: unknown): ServerExchange | undefined {
    const { req, socket } = message as Partial<ServerResponse & IncomingMessage>;
    return this.#known(req?.socket ?? socket)?.exchangeOf(message);
  }

  /** Forgets what is under way and leaves every socket as it was. */
  stop(): void {
    this.#stopped = true;
    for (const connection of this.#connections) {
      connection.release();
      Reflect.deleteProperty(connection.socket, this.#slot);
    }
    this.#connections.clear();
  }

  #start({ request, response, socket }: ServerMessage): void {
    const connection = this.#connectionOf(socket);
    this.#begin(connection, new ServerExchange(socket, request, response, this.#tagsOf(request)));
  }

  #begin(connection: ServerConnection, exchange: ServerExchange): void {
    exchange.ignored = this.#sink.ignores(exchange);
    connection.open.push(exchange);
  }

  #finish({ response, request, socket }: ServerMessage): void {
    const connection = this.#known(socket);
    const exchange = connection?.exchangeOf(response);
    if (connection === undefined || exchange === undefined) return;
    if (request.complete) {
      exchange.answeredAt = 0;
      this.#end(connection, exchange, response.statusCode);
      return;
    }
    // The rest of its body is still to come, and belongs to it.
    exchange.answeredAt = performance.now();
    exchange.rawStatus = response.statusCode;
    request.once('close', () => {
      this.#sink.faults.guard(() => this.#end(connection, exchange, exchange.rawStatus));
    });
  }

  #upgrade(request: IncomingMessage, socket: ListenedSocket, head: Uint8Array | undefined): void {
    const connection = this.#connectionOf(socket);
    const exchange = new ServerExchange(socket, request, undefined, this.#tagsOf(request));
    this.#begin(connection, exchange);
    connection.awaitAnswer(exchange, () => {
      const { rawStatus } = exchange;
      exchange.upgraded =
        rawStatus === 101 || (request.method === 'CONNECT' && rawStatus >= 200 && rawStatus < 300);
      // A refusal has a body, and ends with the connection.
      if (!exchange.upgraded) return;
      connection.meter.takeQueued(socket, exchange, head?.length ?? 0);
      this.#close(connection, exchange, rawStatus);
    });
  }

  // Either the rest of a request that is under way, or one whose head never was there.
  #malformed(error: unknown, socket: ListenedSocket): void {
    const connection = this.#connectionOf(socket);
    let exchange = connection.open.at(-1);
    if (exchange === undefined || !exchange.isIncomplete) {
      // The end of the connection ends what is under way; only bytes without a request are one more.
      if (!connection.meter.hasUnread(socket) || (exchange !== undefined && !isOfMessage(error))) return;
      exchange = new ServerExchange(socket, undefined, undefined, TagMap.empty);
      this.#begin(connection, exchange);
    }
    exchange.failure ??= lossOn(error);
    if (exchange.answeredAt === 0) connection.awaitAnswer(exchange, () => {});
  }

  readonly #closed = (connection: ServerConnection): void => {
    this.#sink.faults.guard(() => {
      this.#connections.delete(connection);
      connection.release();
      for (const exchange of [...connection.open]) {
        this.#end(connection, exchange, exchange.rawStatus === 0 ? exchange.loss() : exchange.rawStatus);
      }
    });
  };

  #end(connection: ServerConnection, exchange: ServerExchange, status: number | HttpFailure): void {
    if (exchange.ended || this.#stopped) return;
    connection.meter.take(connection.socket, exchange);
    this.#close(connection, exchange, status);
  }

  #close(connection: ServerConnection, exchange: ServerExchange, status: number | HttpFailure): void {
    exchange.ended = true;
    exchange.status = status;
    exchange.latencyMs = (exchange.answeredAt || performance.now()) - exchange.startedAt;
    connection.remove(exchange);
    if (!exchange.ignored) this.#sink.server(exchange);
  }

  #connectionOf(socket: ListenedSocket): ServerConnection {
    const known = this.#known(socket);
    if (known !== undefined) return known;
    const connection = new ServerConnection(socket, this.#closed);
    Reflect.set(socket, this.#slot, connection);
    this.#connections.add(connection);
    return connection;
  }

  #known(socket: unknown): ServerConnection | undefined {
    return (socket as Record<symbol, ServerConnection | undefined> | undefined)?.[this.#slot];
  }

  #tagsOf(request: IncomingMessage): TagMap {
    return this.#extract === undefined ? TagMap.empty : this.#extract(request.headers);
  }

  #runWithTags(message: unknown, handle: () => boolean): boolean {
    const tags = this.#exchangeOf(message)?.tags;
    return tags === undefined || tags.size === 0 ? handle() : withTags(tags, handle);
  }
}
