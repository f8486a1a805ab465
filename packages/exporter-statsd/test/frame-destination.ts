import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Behaviour, Destination } from '@oriel/testkit';

/** A Unix stream socket that takes packets with their lengths before them; knows `absent` and `hang`. */
export interface FrameDestination extends Destination {
  readonly path: string;
  /** The packets that came since the last call. */
  take(): Buffer[];
}

export async function frameDestination(): Promise<FrameDestination> {
  const destination = new FrameServer();
  await destination.behave('well');
  return destination;
}

class FrameServer implements FrameDestination {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'oriel-statsd-'));
  readonly path: string = join(this.#folder, 'dsd.socket');
  readonly #sockets = new Set<Socket>();
  #packets: Buffer[] = [];
  #behaviour: Behaviour = 'well';
  #server: Server | undefined;

  take(): Buffer[] {
    return this.#packets.splice(0);
  }

  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    await this.#end();
    if (behaviour === 'absent') return;
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    server.listen(this.path);
    await once(server, 'listening');
  }

  async close(): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
    if (this.#behaviour === 'hang') return;
    let rest = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes as Buffer]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE()) {
        const length = rest.readUInt32LE();
        this.#packets.push(Buffer.from(rest.subarray(4, 4 + length)));
        rest = rest.subarray(4 + length);
      }
    });
  }
}
