import { createServer, type Socket } from 'node:net';
import type { Behaviour, Destination } from './destination.ts';
import { LoopbackPort } from './loopback-port.ts';

/** A TCP server for protocols of lines; knows `absent`, `cut` and `hang`. */
export interface TcpDestination extends Destination {
  readonly port: number;
  /** Connections so far. */
  readonly attempts: number;
  /** The lines that came since the last call, without their ends; one that has not ended waits. */
  take(): string[];
}

/**
 * Starts a TCP server on a free port of the loopback address.
 *
 * @example
 * const { connect } = await import('node:net');
 * const destination = await tcpDestination();
 * const socket = connect(destination.port, '127.0.0.1').resume().end('jobs 3\n');
 * await new Promise((resolve) => socket.on('close', resolve));
 * assert.deepEqual(destination.take(), ['jobs 3']);
 * await destination.close();
 */
export async function tcpDestination(): Promise<TcpDestination> {
  const destination = new TcpServerDestination();
  await destination.behave('well');
  return destination;
}

class TcpServerDestination implements TcpDestination {
  readonly #sockets = new Set<Socket>();
  readonly #port: LoopbackPort = new LoopbackPort(
    // Ended by hand: a sender that waits for the end learns that all was read.
    () => createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket)),
    () => this.#cut(),
  );
  #behaviour: Behaviour = 'well';
  #lines: string[] = [];
  #attempts = 0;

  get port(): number {
    return this.#port.port;
  }

  get attempts(): number {
    return this.#attempts;
  }

  take(): string[] {
    return this.#lines.splice(0);
  }

  async behave(behaviour: Behaviour): Promise<void> {
    if (!['well', 'absent', 'cut', 'hang'].includes(behaviour))
      throw new TypeError(`Cannot tell a TCP server to ${behaviour}: its protocol has no such answer`);
    // Connections live on from one behaviour to the next in a real outage neither.
    if (behaviour !== this.#behaviour) this.#cut();
    this.#behaviour = behaviour;
    if (behaviour === 'absent') await this.#port.close();
    else await this.#port.open();
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#attempts++;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
    if (this.#behaviour === 'hang') return;
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (this.#behaviour === 'cut') return void socket.destroy();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.#lines.push(...lines);
    });
    socket.on('end', () => socket.end());
  }
}
