import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { onceOver } from './once-over.ts';
import { http2Stream } from './request-transport.ts';

/** Answers under way on one connection. */
export const MOST_AT_ONCE = 32;

/** What answers come over: a socket, or for HTTP/2 a session. */
type Line = Socket | ServerHttp2Session;

/** The open connections of servers and the answers under way on them, so that they can end in good order. */
export class Connections {
  /** Answers not ended yet, by line. */
  readonly #open = new Map<Line, number>();
  /** Sockets under a line or on the way to one. */
  readonly #sockets = new Set<Socket>();
  /** Of these, those that have not agreed on TLS yet, by the client's address. */
  readonly #agreeing = new Map<string, Socket>();
  #closing = false;
  #onEmpty: () => void = () => {};

  /** Looks after the connections of one more server. */
  add(server: Server): void {
    const isSecure = 'setSecureContext' in server;
    server.on('connection', (socket: Socket) => {
      if (this.#closing) return void socket.destroy();
      this.#sockets.add(socket);
      const client = clientOf(socket);
      socket.once('close', () => this.#gone(socket, client));
      if (isSecure) this.#agreeing.set(client, socket);
      else this.#opened(socket);
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      this.#agreeing.delete(clientOf(socket));
      if (socket.alpnProtocol !== 'h2') this.#opened(socket);
    });
    server.on('session', (session: ServerHttp2Session) => this.#opened(session));
  }

  /**
   * Counts an answer as under way until it has ended. False if there are too many on its connection already, which
   * is then ended: requests that come in one piece would all be begun in one turn of the event loop.
   */
  watch(request: IncomingMessage, response: ServerResponse): boolean {
    const line = lineOf(request);
    if (line === undefined || line.destroyed) return false;
    if ((this.#open.get(line) ?? 0) >= MOST_AT_ONCE) {
      line.destroy();
      return false;
    }
    if (this.#closing) response.shouldKeepAlive = false;
    this.#add(line, 1);
    onceOver(request, response, () => {
      this.#add(line, -1);
      if (this.#closing && this.#open.get(line) === 0) end(line);
    });
    return true;
  }

  /** Destroys idle and half-open connections at once, others when their answers have ended or the time is up. */
  close(graceMs: number): Promise<void> {
    this.#closing = true;
    for (const [line, answers] of this.#open) if (answers === 0) line.destroy();
    for (const socket of this.#agreeing.values()) socket.destroy();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.destroy(), graceMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#sockets.size === 0) this.#onEmpty();
    });
  }

  destroy(): void {
    for (const line of this.#open.keys()) line.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #opened(line: Line): void {
    if (this.#closing) return void line.destroy();
    this.#open.set(line, 0);
    line.once('close', () => this.#open.delete(line));
  }

  #add(line: Line, change: number): void {
    const answers = this.#open.get(line);
    if (answers !== undefined) this.#open.set(line, answers + change);
  }

  #gone(socket: Socket, client: string): void {
    this.#open.delete(socket);
    if (this.#agreeing.get(client) === socket) this.#agreeing.delete(client);
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) this.#onEmpty();
  }
}

function lineOf(request: IncomingMessage): Line | undefined {
  const stream = http2Stream(request);
  return stream === undefined ? request.socket : (stream.session as ServerHttp2Session | undefined);
}

// What a connection and its socket have in common; clients of a Unix socket are all alike.
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}

// A session sends what is under way, then goes.
function end(line: Line): void {
  if ('destroySoon' in line) line.destroySoon();
  else line.close();
}
