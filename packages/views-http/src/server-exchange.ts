import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { TagMap } from '@oriel/stats';
import { receivedBody, sentBody } from './body-size.ts';
import type { ByteAccount, CountingSocket } from './byte-meter.ts';
import { type HttpExchange, type HttpFailure, pathOf } from './http-exchange.ts';
import { isLoss } from './http-failure.ts';
import { routeOf } from './http-route.ts';

/** The connection a server's request came on. */
export interface ServerSocket extends CountingSocket {
  readonly localPort?: number;
  readonly errored?: unknown;
}

/** A request to a server of `node:http` or `node:https`, from its head to the end of its response. */
export class ServerExchange implements HttpExchange, ByteAccount {
  readonly startedAt: number = performance.now();
  readonly socket: ServerSocket;
  /** Undefined where no head could be read. */
  readonly request: IncomingMessage | undefined;
  /** Undefined where the answer is written by hand: to upgrades and to what is malformed. */
  readonly response: ServerResponse | undefined;
  tags: TagMap;
  ignored = false;
  ended = false;
  /** Set when something happens that is why the response does not come, if it does not. */
  failure: HttpFailure | undefined;
  /** The status code of an answer written by hand. */
  rawStatus = 0;
  /** When the answer was there, if the exchange is not over by that. */
  answeredAt = 0;
  upgraded = false;
  status: number | HttpFailure = 'aborted';
  latencyMs = 0;
  receivedBytes = 0;
  sentBytes = 0;

  constructor(
    socket: ServerSocket,
    request: IncomingMessage | undefined,
    response: ServerResponse | undefined,
    tags: TagMap,
  ) {
    this.socket = socket;
    this.request = request;
    this.response = response;
    this.tags = tags;
  }

  get side(): 'server' {
    return 'server';
  }

  get protocol(): 'http' {
    return 'http';
  }

  get method(): string {
    return this.request?.method ?? '';
  }

  get target(): string {
    const { request } = this;
    // Express cuts mounts off `url` and keeps the whole in `originalUrl`.
    return (request as { originalUrl?: string } | undefined)?.originalUrl ?? request?.url ?? '';
  }

  get path(): string {
    return pathOf(this.target);
  }

  // Raw: the first look at `headers` builds them all.
  get host(): string {
    return rawHeader(this.request?.rawHeaders, 'host') ?? '';
  }

  get localPort(): number {
    return this.socket.localPort ?? 0;
  }

  get route(): string {
    return this.request === undefined ? '' : routeOf(this.request);
  }

  get statusCode(): number | undefined {
    if (this.rawStatus !== 0) return this.rawStatus;
    return this.response?.headersSent === true ? this.response.statusCode : undefined;
  }

  get requestBodyBytes(): number | undefined {
    const { request } = this;
    if (request === undefined) return undefined;
    const { complete, method = '', rawHeaders: pairs, url = '' } = request;
    const firstLine = method.length + url.length + 12;
    // What was upgraded speaks another protocol behind the head.
    return this.upgraded
      ? 0
      : receivedBody({ firstLine, pairs, complete, openEnd: false }, this.receivedBytes);
  }

  get responseBodyBytes(): number | undefined {
    if (this.upgraded) return 0;
    return this.response === undefined ? undefined : sentBody(this.response, this.sentBytes);
  }

  /** Whether what came on the connection last belongs to this request. */
  get isIncomplete(): boolean {
    return this.request !== undefined && !this.request.complete;
  }

  /** Why there is no response. One that was destroyed with an error failed; else the client went, or was sent, away. */
  loss(): HttpFailure {
    if (this.failure !== undefined) return this.failure;
    const error = this.response?.errored ?? this.socket.errored;
    return error === undefined || error === null || isLoss(error) ? 'aborted' : 'error';
  }
}

function rawHeader(raw: readonly string[] | undefined, name: string): string | undefined {
  if (raw === undefined) return undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const key = raw[i];
    if (key.length === name.length && key.toLowerCase() === name) return raw[i + 1];
  }
  return undefined;
}
