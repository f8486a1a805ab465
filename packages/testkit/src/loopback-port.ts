import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** A listener of the loopback address that goes away and comes back at the port it first got. */
export class LoopbackPort {
  readonly #make: () => Server;
  readonly #cut: () => void;
  #server: Server | undefined;
  #port = 0;

  /** `cut` ends what is connected when the listener goes. */
  constructor(make: () => Server, cut: () => void) {
    this.#make = make;
    this.#cut = cut;
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = this.#make();
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.#cut();
    await closed;
  }
}
