import { constants, type Http2Session, type Http2Stream, type IncomingHttpHeaders } from 'node:http2';
import { performance } from 'node:perf_hooks';
import { ByteMeter, type CountingSocket } from './byte-meter.ts';
import type { ExchangeSink } from './exchange-sink.ts';
import type { HttpFailure } from './http-exchange.ts';
import { Http2Exchange } from './http2-exchange.ts';

interface StreamMessage {
  readonly stream: Http2Stream;
  readonly headers: IncomingHttpHeaders;
}

interface SessionMeter {
  readonly socket: CountingSocket;
  readonly meter: ByteMeter;
}

/** Follows the streams of `node:http2`, on one of the two sides. */
export class Http2Hook {
  readonly #side: 'server' | 'client';
  /** On a stream: its exchange. On a session: its meter. */
  readonly #slot: symbol = Symbol('oriel.http2');
  readonly #sink: ExchangeSink;
  readonly #isElsewhere: (socket: object | undefined) => boolean;
  #stopped = false;

  /** `isElsewhere` tells the connections whose requests are measured by somebody else. */
  constructor(
    side: 'server' | 'client',
    sink: ExchangeSink,
    isElsewhere: (socket: object | undefined) => boolean = () => false,
  ) {
    this.#side = side;
    this.#sink = sink;
    this.#isElsewhere = isElsewhere;
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
    const exchange = new Http2Exchange(this.#side, stream, headers);
    exchange.ignored = this.#sink.ignores(exchange);
    (stream as unknown as Record<symbol, unknown>)[this.#slot] = exchange;
    if (stream.session !== undefined) this.#meterOf(stream.session, stream.id);
  }

  #closed(stream: Http2Stream): void {
    const exchange = this.#exchangeOf(stream);
    if (exchange === undefined || exchange.ended || this.#stopped) return;
    exchange.ended = true;
    exchange.status = outcome(exchange);
    exchange.latencyMs = performance.now() - exchange.startedAt;
    this.#take(exchange);
    if (exchange.ignored) return;
    if (this.#side === 'server') this.#sink.server(exchange);
    else this.#sink.client(exchange);
  }

  #take(exchange: Http2Exchange): void {
    const { session } = exchange.stream;
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
    const made = { socket, meter: (stream ?? 1) > 1 ? ByteMeter.from(socket) : new ByteMeter() };
    slots[this.#slot] = made;
    return made;
  }

  #exchangeOf(stream: Http2Stream): Http2Exchange | undefined {
    return (stream as unknown as Record<symbol, Http2Exchange | undefined>)[this.#slot];
  }
}

function outcome({ stream, statusCode }: Http2Exchange): number | HttpFailure {
  if (stream.rstCode === constants.NGHTTP2_NO_ERROR) return statusCode ?? 'aborted';
  return stream.rstCode === constants.NGHTTP2_CANCEL ? 'aborted' : 'error';
}
