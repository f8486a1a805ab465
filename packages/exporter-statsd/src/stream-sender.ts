import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '@oriel/exporter';
import type { PacketBlock } from './packet-block.ts';
import type { Connection, Sender } from './sender.ts';

// Turns of the event loop within which a daemon of this machine that takes no data has said so.
const TURNS_TO_CUT = 3;

export interface StreamSenderOptions {
  readonly to: NetConnectOpts;
  readonly clock: Clock;
  /** Milliseconds the daemon has to close the connection behind a push, which tells that it arrived; 0 asks for none. */
  readonly confirmTimeoutMs: number;
  /** Whether each packet has its length before it, as DogStatsD wants it on Unix streams; else lines follow lines. */
  readonly framed: boolean;
}

/**
 * Sends over a connection of its own for each push: so a daemon that restarts, or moves, is found again, and that it
 * closes its side after ours tells that it has read everything.
 */
export class StreamSender implements Sender {
  readonly #options: StreamSenderOptions;

  constructor(options: StreamSenderOptions) {
    this.#options = options;
  }

  async prepare(): Promise<void> {}

  async open(signal: AbortSignal): Promise<Connection> {
    const socket = connect(this.#options.to);
    const connection = new StreamConnection(socket, signal, this.#options);
    try {
      await once(socket, 'connect', { signal });
      return connection;
    } catch (error) {
      connection.close();
      throw signal.aborted ? signal.reason : error;
    }
  }

  close(): void {}
}

class StreamConnection implements Connection {
  // A stream that broke does not tell how far it was read.
  readonly taken = 0;
  readonly #socket: Socket;
  readonly #options: StreamSenderOptions;
  readonly #over: Promise<void>;
  /** The daemon has closed its side. */
  readonly #ended: Promise<void>;
  #hasEnded = false;

  constructor(socket: Socket, signal: AbortSignal, options: StreamSenderOptions) {
    this.#socket = socket;
    this.#options = options;
    // Daemons answer nothing: what comes is thrown away, so that the end is seen.
    socket.resume();
    this.#ended = new Promise((resolve) => socket.once('end', resolve));
    socket.once('end', () => {
      this.#hasEnded = true;
    });
    this.#over = new Promise((_, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(systemError('ECONNRESET', 'the connection was closed')));
    });
    this.#over.catch(() => undefined);
    const abort = (): unknown => socket.destroy(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
  }

  async send(block: PacketBlock, from: number): Promise<void> {
    const written = this.#options.framed ? this.#frames(block, from) : this.#write(block.from(from));
    await Promise.race([written, this.#over]);
  }

  async finish(): Promise<void> {
    await this.#stays();
    const written = new Promise<void>((resolve) => this.#socket.end(resolve));
    await Promise.race([written, this.#over]);
    if (this.#options.confirmTimeoutMs > 0) await this.#confirmed();
  }

  close(): void {
    this.#socket.destroy();
  }

  // Who cuts the connection before it has ended has read nothing, or thrown it away.
  async #stays(): Promise<void> {
    for (let turns = 0; turns < TURNS_TO_CUT && !this.#hasEnded; turns++) await turn();
    if (this.#hasEnded)
      throw systemError('ECONNRESET', 'the daemon closed the connection before it had everything');
  }

  async #confirmed(): Promise<void> {
    const { clock, confirmTimeoutMs } = this.#options;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const text = `the daemon did not close the connection within ${confirmTimeoutMs} ms`;
    const timer = clock.setTimeout(() => reject(systemError('ETIMEDOUT', text)), confirmTimeoutMs);
    await Promise.race([this.#ended, this.#over, late]).finally(() => clock.clearTimeout(timer));
  }

  // Resolves once the system has the bytes: then they may be overwritten.
  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
    });
  }

  async #frames(block: PacketBlock, from: number): Promise<void> {
    const frames: Uint8Array[] = [];
    for (let packet = from; packet < block.packets; packet++) {
      const bytes = block.packet(packet);
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32LE(bytes.length);
      frames.push(length, bytes);
    }
    await this.#write(Buffer.concat(frames));
  }
}

function systemError(code: string, text: string): Error {
  return Object.assign(new Error(text), { code });
}
