import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Behaviour, Destination } from './destination.ts';

/** A UDP socket; knows `absent`. */
export interface UdpDestination extends Destination {
  readonly port: number;
  /** The datagrams that came since the last call. */
  take(): Buffer[];
}

/**
 * Binds a UDP socket to a free port of the loopback address.
 *
 * Shape: a datagram that does not fit into the receive buffer is lost, as everywhere.
 */
export async function udpDestination(): Promise<UdpDestination> {
  const destination = new UdpSocketDestination();
  await destination.behave('well');
  return destination;
}

class UdpSocketDestination implements UdpDestination {
  #socket: Socket | undefined;
  #port = 0;
  #datagrams: Buffer[] = [];

  get port(): number {
    return this.#port;
  }

  take(): Buffer[] {
    return this.#datagrams.splice(0);
  }

  async behave(behaviour: Behaviour): Promise<void> {
    if (behaviour !== 'well' && behaviour !== 'absent')
      throw new TypeError(`Cannot tell a UDP socket to ${behaviour}: it never answers`);
    if (behaviour === 'absent') return this.close();
    if (this.#socket !== undefined) return;
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
    this.#socket = socket;
    socket.on('message', (datagram) => this.#datagrams.push(datagram)).bind(this.#port, '127.0.0.1');
    await once(socket, 'listening');
    this.#port = socket.address().port;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }
}
