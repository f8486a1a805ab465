import type { Http2Session, Http2Stream, IncomingHttpHeaders } from 'node:http2';
import { performance } from 'node:perf_hooks';
import { type TagMap, withTags } from '@oriel/stats';
import { ByteMeter, type CountingSocket } from './byte-meter.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import { Http2Exchange } from './http2-exchange.ts';
import type { ServerObserver } from './server-emit.ts';

interface StreamMessage {
  readonly stream: Http2Stream;
  readonly headers: IncomingHttpHeaders;
}

interface SessionMeter {
  readonly socket: CountingSocket;
  readonly meter: ByteMeter;
  /** When its time was over last; streams that came later have time of their own. */
  timedOutAt: number;
}

export interface Http2HookOptions {
  readonly side: 'server' | 'client';
  readonly sink: ExchangeSink;
  /** Reads the tags of a request that comes in; undefined if none are taken. */
  readonly extract?: ((headers: IncomingHttpHeaders) => TagMap) | undefined;
  /** Tells the connections whose requests somebody else measures. */
  readonly isElsewhere?: (socket: object | undefined) => boolean;
}

/** Follows the streams of `node:http2`, on one of the two sides. */
export class Http2Hook implements ServerObserver {
  readonly run: ServerObserver['run'];
  readonly #side: 'server' | 'client';
  /** On a stream: its exchange. On a session: its meter. */
  readonly #slot: symbol = Symbol('oriel.http2');
  readonly #sink: ExchangeSink;
  readonly #extract: Http2HookOptions['extract'];
  readonly #isElsewhere: (socket: object | undefined) => boolean;
  readonly #onTimeout: (this: Http2Stream) => void;
  #stopped = false;

  constructor({ side, sink, extract, isElsewhere = () => false }: Http2HookOptions) {
    this.#side = side;
    this.#sink = sink;
    this.#extract = extract;
    this.#isElsewhere = isElsewhere;
    const hook = this;
    // One function for all streams, which Node calls with the stream as `this`.
    this.#onTimeout = function () {
      const exchange = hook.#exchangeOf(this);
      if (exchange !== undefined) exchange.timedOut = true;
    };
    this.run = extract === undefined ? undefined : (stream, handle) => this.#runWithTags(stream, handle);
  }

  /** Subscribed to `http2.…stream.created`. */
  readonly onCreated = (message: unknown): void => {
    this.#sink.faults.guard(() => this.#created(message as StreamMessage));
  };

  /** Subscribed to `http2.…stream.finish`: the head of the response is there. */
  readonly onHead = (message: unknown): void => {
    const { stream, headers } = message as StreamMessage;
    const exchange = this.#exchangeOf(stream);
    if (exchange !== undefined) exchange.response = headers;
  };

  /** Subscribed to `http2.…stream.close`, which comes in any case. */
  readonly onClose = (message: unknown): void => {
    this.#sink.faults.guard(() => this.#closed((message as StreamMessage).stream));
  };

  /** Told of a session of a server whose time is over. */
  timeout(session: unknown): void {
    const known = (session as Record<symbol, SessionMeter | undefined> | undefined)?.[this.#slot];
    if (known !== undefined) known.timedOutAt = performance.now();
  }

  /** Whether a response is measured here. */
  measures(response: object): boolean {
    const { stream } = response as { readonly stream?: Http2Stream | null };
    return stream !== undefined && stream !== null && this.#exchangeOf(stream) !== undefined;
  }

  /** Leaves streams under way to themselves: they are not counted any more. */
  stop(): void {
    this.#stopped = true;
  }

  #created({ stream, headers }: StreamMessage): void {
    if (this.#isElsewhere(stream.session?.socket)) return;
    const exchange = new Http2Exchange(this.#side, stream, headers, this.#extract?.(headers));
    exchange.ignored = this.#sink.ignores(exchange);
    (stream as unknown as Record<symbol, unknown>)[this.#slot] = exchange;
    stream.once('timeout', this.#onTimeout);
    if (stream.session !== undefined) this.#meterOf(stream.session, stream.id);
  }

  #closed(stream: Http2Stream): void {
    const exchange = this.#exchangeOf(stream);
    if (exchange === undefined || exchange.ended || this.#stopped) return;
    exchange.ended = true;
    exchange.timedOut ||= this.#hadNoTime(exchange);
    exchange.status = exchange.outcome();
    exchange.latencyMs = performance.now() - exchange.startedAt;
    this.#take(exchange);
    if (exchange.ignored) return;
    if (this.#side === 'server') this.#sink.server(exchange);
    else this.#sink.client(exchange);
  }

  // A session that is closed is no more known to its streams; then its last timeout was told before.
  #hadNoTime({ session, startedAt }: Http2Exchange): boolean {
    const known = (session as Record<symbol, SessionMeter | undefined> | undefined)?.[this.#slot];
    return known !== undefined && known.timedOutAt > startedAt;
  }

  #runWithTags(stream: unknown, handle: () => boolean): boolean {
    const tags = this.#exchangeOf(stream as Http2Stream)?.tags;
    return tags === undefined || tags.size === 0 ? handle() : withTags(tags, handle);
  }

  #take(exchange: Http2Exchange): void {
    const { session } = exchange;
    if (session === undefined) return;
    const { meter, socket } = this.#meterOf(session, exchange.stream.id);
    try {
      meter.take(socket, exchange);
    } catch {
      // A session that is over does not show its socket: what came last is lost.
    }
  }

  // What a session carried before it was first seen here is nobody's.
  #meterOf(session: Http2Session, stream: number | undefined): SessionMeter {
    const slots = session as unknown as Record<symbol, SessionMeter | undefined>;
    const known = slots[this.#slot];
    if (known !== undefined) return known;
    const socket = session.socket as CountingSocket;
    const meter = (stream ?? 1) > 1 ? ByteMeter.from(socket) : new ByteMeter();
    const made = { socket, meter, timedOutAt: 0 };
    slots[this.#slot] = made;
    return made;
  }

  #exchangeOf(stream: Http2Stream): Http2Exchange | undefined {
    return (stream as unknown as Record<symbol, Http2Exchange | undefined>)[this.#slot];
  }
}
