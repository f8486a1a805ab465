import { performance } from 'node:perf_hooks';
import { ByteMeter, bytesSent } from './byte-meter.ts';
import { RawAnswer, type WritableSocket } from './raw-answer.ts';
import type { ServerExchange, ServerSocket } from './server-exchange.ts';

/** What a server's connection is asked for here; `node:net` and `node:tls` have it. */
export interface ListenedSocket extends ServerSocket, WritableSocket {
  on(event: 'close', listener: () => void): unknown;
  removeListener(event: 'close', listener: () => void): unknown;
}

/** The requests under way on one connection, in the order they came, and its bytes. */
export class ServerConnection {
  readonly socket: ListenedSocket;
  readonly open: ServerExchange[] = [];
  readonly meter: ByteMeter;
  #answer: RawAnswer | undefined;
  readonly #onClose: (connection: ServerConnection) => void;
  readonly #closed = (): void => this.#onClose(this);

  constructor(socket: ListenedSocket, onClose: (connection: ServerConnection) => void) {
    this.socket = socket;
    // What was answered before it was first seen is nobody's.
    this.meter = bytesSent(socket) > 0 ? ByteMeter.from(socket) : new ByteMeter();
    this.#onClose = onClose;
    socket.on('close', this.#closed);
  }

  /** The exchange of a response, or of a request that has none, if it is under way. */
  exchangeOf(message: unknown): ServerExchange | undefined {
    const { open } = this;
    for (let i = 0; i < open.length; i++) {
      if (open[i].response === message || open[i].request === message) return open[i];
    }
    return undefined;
  }

  /** Reads the status of the answer that is written to the socket by hand. */
  awaitAnswer(exchange: ServerExchange, onHead: () => void): void {
    this.#answer?.stop();
    this.#answer = new RawAnswer(this.socket, (status) => {
      exchange.rawStatus = status;
      exchange.answeredAt = performance.now();
      onHead();
    });
  }

  remove(exchange: ServerExchange): void {
    const place = this.open.indexOf(exchange);
    if (place === 0) this.open.shift();
    else if (place > 0) this.open.splice(place, 1);
  }

  /** Leaves the socket as it was. */
  release(): void {
    this.#answer?.stop();
    this.socket.removeListener('close', this.#closed);
  }
}
