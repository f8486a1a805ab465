import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DatagramConnection, type DatagramOptions, type DatagramPost } from './datagram-connection.ts';
import { refusalOf } from './packet-refusal.ts';
import type { Connection, Sender } from './sender.ts';

export interface UdpSenderOptions {
  readonly host: string;
  readonly port: number;
  /** Made anew for each push. */
  readonly datagrams: () => DatagramOptions;
}

interface Address {
  readonly address: string;
  readonly family: number;
}

/**
 * Sends by UDP, over one socket that does not keep the process alive. The name is looked up for each push; of several
 * addresses the next is taken after a push that failed.
 */
export class UdpSender implements Sender {
  readonly #options: UdpSenderOptions;
  #socket: Socket | undefined;
  #address = '';
  #tries = 0;
  #error: Error | undefined;

  constructor(options: UdpSenderOptions) {
    this.#options = options;
  }

  async prepare(): Promise<void> {}

  async open(): Promise<Connection> {
    const datagrams = this.#options.datagrams();
    const found = await this.#lookUp();
    if (found.address !== this.#address) this.close();
    const socket = this.#socket ?? (await this.#connect(found));
    // From another machine it may be heard too late that nobody was there.
    const late = this.#takeError();
    if (late !== undefined) datagrams.onRefused(refusalOf(late), 1);
    return new DatagramConnection(this.#postOf(socket), datagrams);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#address = '';
  }

  async #lookUp(): Promise<Address> {
    const { host } = this.#options;
    const family = isIP(host);
    if (family !== 0) return { address: host, family };
    const all = await lookup(host, { all: true });
    return all[this.#tries % all.length];
  }

  async #connect({ address, family }: Address): Promise<Socket> {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4').unref();
    socket.on('error', (error) => {
      this.#error = error;
    });
    await new Promise<void>((resolve, reject) => {
      // Called with an error too, which its type does not say.
      const connected = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      socket.connect(this.#options.port, address, connected);
    }).catch((error: Error) => {
      this.#tries++;
      socket.close();
      throw error;
    });
    this.#socket = socket;
    this.#address = address;
    return socket;
  }

  #postOf(socket: Socket): DatagramPost {
    return {
      lagging: true,
      post: (packets) => this.#post(socket, packets),
      takeError: () => this.#takeError(),
      close: () => undefined,
    };
  }

  // One promise for all: a promise for each packet would cost as much as sending it.
  #post(socket: Socket, packets: readonly Uint8Array[]): Promise<readonly (Error | undefined)[]> {
    return new Promise((resolve) => {
      const errors: (Error | undefined)[] = [];
      const done = (error: Error | null): void => {
        errors.push(error ?? undefined);
        if (error !== null) this.#tries++;
        // Answers come in the order of the packets.
        if (errors.length === packets.length) resolve(errors);
      };
      for (const packet of packets) socket.send(packet, done);
    });
  }

  #takeError(): Error | undefined {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) this.#tries++;
    return error;
  }
}
