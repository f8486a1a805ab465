import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import { afterEach } from 'vitest';

const servers: NetServer[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) {
    (server as Partial<Server>).closeAllConnections?.();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
});

/** Listens on a free port of the loopback until the end of the test. */
export async function listen<T extends NetServer>(
  server: T,
): Promise<{ server: T; port: number; url: string }> {
  servers.push(server);
  server.on('connection', keep);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}` };
}

export function serve(
  handler: RequestListener,
  options: ServerOptions = {},
): Promise<{ server: Server; port: number; url: string }> {
  return listen(createServer(options, handler));
}

/** A plain connection that counts what it carries, closed at the end of the test. */
export class RawClient {
  readonly socket: Socket;
  text = '';
  sent = 0;
  received = 0;
  #changed: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    keep(socket);
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
      this.received += chunk.length;
      this.#changed();
    });
    socket.on('error', () => {});
  }

  static async to(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return new RawClient(socket);
  }

  async send(text: string): Promise<void> {
    this.sent += Buffer.byteLength(text, 'latin1');
    await new Promise<void>((resolve) => this.socket.write(text, 'latin1', () => resolve()));
  }

  /** Resolves when what was received holds a text so many times. */
  async until(text: string, times = 1): Promise<void> {
    while (this.text.split(text).length - 1 < times) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  async close(): Promise<void> {
    if (this.socket.closed) return;
    this.socket.end();
    await once(this.socket, 'close');
  }
}

function keep(socket: Socket): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
}
