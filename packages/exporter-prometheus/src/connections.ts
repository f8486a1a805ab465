import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { onceOver } from './once-over.ts';

/** The open connections of a server and the answers under way on them, so that it can end in good order. */
export class Connections {
  /** Answers not ended yet, by connection. */
  readonly #open = new Map<Socket, number>();
  #closing = false;
  #onEmpty: () => void = () => {};

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      if (this.#closing) return void socket.destroy();
      this.#open.set(socket, 0);
      socket.once('close', () => this.#closed(socket));
    });
  }

  /** Counts an answer as under way until it has ended. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (this.#closing) response.shouldKeepAlive = false;
    this.#add(socket, 1);
    onceOver(request, response, () => {
      this.#add(socket, -1);
      if (this.#closing && this.#open.get(socket) === 0) socket.destroySoon();
    });
  }

  /** Destroys idle connections at once, others when their answers have ended or the time is up. */
  close(graceMs: number): Promise<void> {
    this.#closing = true;
    for (const [socket, answers] of this.#open) if (answers === 0) socket.destroy();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.destroy(), graceMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#open.size === 0) this.#onEmpty();
    });
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #add(socket: Socket, change: number): void {
    const answers = this.#open.get(socket);
    if (answers !== undefined) this.#open.set(socket, answers + change);
  }

  #closed(socket: Socket): void {
    this.#open.delete(socket);
    if (this.#open.size === 0) this.#onEmpty();
  }
}
