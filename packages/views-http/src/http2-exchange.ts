import {
  constants,
  type Http2Session,
  type Http2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { performance } from 'node:perf_hooks';
import { activeTags, TagMap } from '@oriel/stats';
import { isBodiless } from './body-size.ts';
import type { ByteAccount } from './byte-meter.ts';
import { type HttpExchange, type HttpFailure, lengthOf, pathOf } from './http-exchange.ts';
import { isTimeout } from './http-failure.ts';
import { routeOf } from './http-route.ts';

type Headers = IncomingHttpHeaders | OutgoingHttpHeaders;

/** Whose requests Node ends with their head. */
const bodilessMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/** A request of `node:http2`, on either side: a stream, from its first head to its close. */
export class Http2Exchange implements HttpExchange, ByteAccount {
  readonly startedAt: number = performance.now();
  readonly side: 'server' | 'client';
  readonly stream: Http2Stream;
  readonly request: Headers;
  readonly tags: TagMap;
  response: Headers | undefined;
  ignored = false;
  ended = false;
  timedOut = false;
  /** Kept: a stream that is over does not know it. */
  readonly session: Http2Session | undefined;
  status: number | HttpFailure = 'error';
  latencyMs = 0;
  receivedBytes = 0;
  sentBytes = 0;

  /** `received` are the tags that came with it. */
  constructor(
    side: 'server' | 'client',
    stream: Http2Stream,
    request: Headers | undefined,
    received: TagMap = TagMap.empty,
  ) {
    this.side = side;
    this.stream = stream;
    this.session = stream.session;
    // Clients may pass pairs, which the stream keeps as an object.
    this.request = request === undefined || Array.isArray(request) ? (stream.sentHeaders ?? {}) : request;
    this.tags = side === 'client' ? activeTags() : received;
  }

  get protocol(): 'h2' {
    return 'h2';
  }

  get method(): string {
    return textOf(this.request[':method'], 'GET');
  }

  get target(): string {
    return textOf(this.request[':path'], this.method === 'CONNECT' ? '' : '/');
  }

  get path(): string {
    return pathOf(this.target);
  }

  get host(): string {
    return textOf(this.request[':authority'] ?? this.request.host, '');
  }

  get localPort(): number {
    try {
      return this.stream.session?.socket?.localPort ?? 0;
    } catch {
      // A session that is over does not show its socket.
      return 0;
    }
  }

  get route(): string {
    return this.side === 'server' ? routeOf(this.stream) : '';
  }

  get statusCode(): number | undefined {
    const status = Number(this.response?.[':status']);
    return Number.isInteger(status) ? status : undefined;
  }

  // Frames of many streams share the wire: only headers tell.
  get requestBodyBytes(): number | undefined {
    if (typeof this.status !== 'number') return undefined;
    const isEmpty = this.side === 'server' ? this.stream.endAfterHeaders : bodilessMethods.has(this.method);
    return lengthOf(this.request['content-length']) ?? (isEmpty ? 0 : undefined);
  }

  get responseBodyBytes(): number | undefined {
    if (this.response === undefined || isBodiless(this.method, this.statusCode)) return 0;
    if (typeof this.status !== 'number') return undefined;
    const isEmpty = this.side === 'client' && this.stream.endAfterHeaders;
    return lengthOf(this.response['content-length']) ?? (isEmpty ? 0 : undefined);
  }

  /** The status code of a whole response, else why there is none. To be asked when all is over. */
  outcome(): number | HttpFailure {
    const { errored, rstCode, readableEnded, writableFinished } = this.stream;
    const isWhole = this.side === 'server' ? writableFinished : readableEnded;
    if (this.timedOut && !isWhole) return 'timeout';
    if (rstCode === constants.NGHTTP2_NO_ERROR) return this.statusCode ?? 'aborted';
    if (isTimeout(errored)) return 'timeout';
    return rstCode === constants.NGHTTP2_CANCEL ? 'aborted' : 'error';
  }

  get upgraded(): boolean {
    return this.method === 'CONNECT' && this.statusCode === 200;
  }
}

function textOf(header: unknown, missing: string): string {
  return typeof header === 'string' ? header : missing;
}
