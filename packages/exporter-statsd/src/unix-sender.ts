import type { Clock } from '@oriel/exporter';
import { MetricsError } from '@oriel/metrics';
import { DatagramConnection, type DatagramOptions, type DatagramPost } from './datagram-connection.ts';
import type { Connection, Sender } from './sender.ts';

// After so long a reader that does not read counts as congested; the rest is sent later.
const CONGESTED_MS = 1000;

/** The part of `node-unix-socket` that is used. */
interface DgramSocket {
  sendTo(
    bytes: Uint8Array,
    offset: number,
    length: number,
    path: string,
    done: (error: Error | undefined) => void,
  ): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): void;
}

type DgramSocketClass = new () => DgramSocket;

export interface UnixSenderOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly datagrams: () => DatagramOptions;
  /** Loads `node-unix-socket`. Default: imports it. */
  readonly load?: () => Promise<unknown>;
}

/** Sends datagrams to a Unix socket, over a socket of its own for each push: one that is kept keeps the process alive. */
export class UnixSender implements Sender {
  readonly #options: UnixSenderOptions;
  #socketClass: DgramSocketClass | undefined;

  constructor(options: UnixSenderOptions) {
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { path, load = () => import('node-unix-socket') } = this.#options;
    try {
      this.#socketClass = classIn(await load());
    } catch (cause) {
      throw new MetricsError('BACKEND_FAILED', {
        message: `Cannot send to Unix socket "${path}": Node has no Unix datagrams and package "node-unix-socket" cannot be loaded; install it, or use UDP or unix-stream`,
        details: { path, package: 'node-unix-socket' },
        cause,
      });
    }
  }

  async open(): Promise<Connection> {
    if (this.#socketClass === undefined) await this.prepare();
    const socket = new (this.#socketClass as DgramSocketClass)();
    return new DatagramConnection(this.#postOf(socket), this.#options.datagrams());
  }

  close(): void {}

  #postOf(socket: DgramSocket): DatagramPost {
    const { clock, path } = this.#options;
    socket.on('error', () => undefined);
    const one = (packet: Uint8Array): Promise<Error | undefined> =>
      new Promise((resolve) => {
        const timer = clock.setTimeout(() => resolve(congested(path)), CONGESTED_MS);
        const done = (error: Error | undefined): void => {
          clock.clearTimeout(timer);
          resolve(error == null ? undefined : withCode(error));
        };
        try {
          // Copied: what waits in a socket that is closed is still read.
          const own = Buffer.from(packet);
          socket.sendTo(own, 0, own.length, path, done);
        } catch (error) {
          done(error as Error);
        }
      });
    const post = (packets: readonly Uint8Array[]): Promise<(Error | undefined)[]> =>
      Promise.all(packets.map(one));
    return { lagging: false, post, takeError: () => undefined, close: () => socket.close() };
  }
}

function classIn(module: unknown): DgramSocketClass {
  const { DgramSocket, default: inner } = module as {
    DgramSocket?: DgramSocketClass;
    default?: { DgramSocket: DgramSocketClass };
  };
  const found = DgramSocket ?? inner?.DgramSocket;
  if (found === undefined) throw new TypeError('it exports no DgramSocket');
  return found;
}

function congested(path: string): Error {
  const error = new Error(`nobody read from Unix socket "${path}" for ${CONGESTED_MS} ms`);
  return Object.assign(error, { code: 'ENOBUFS' });
}

// The package tells the system's text and no code.
const codes: readonly (readonly [RegExp, string])[] = [
  [/refused/i, 'ECONNREFUSED'],
  [/no such file/i, 'ENOENT'],
  [/too long/i, 'EMSGSIZE'],
  [/permission/i, 'EACCES'],
  [/temporarily unavailable/i, 'EAGAIN'],
  [/no buffer space/i, 'ENOBUFS'],
];

function withCode(error: Error): Error {
  const code = codes.find(([text]) => text.test(error.message))?.[1];
  return code === undefined ? error : Object.assign(error, { code });
}
