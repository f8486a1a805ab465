import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Snapshot } from '@oriel/metrics';
import type { RequestHandler } from '../src/scrape-handler.ts';

/** A plain server around a handler, closed at the end of the block that uses it. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

export async function serve(handler: RequestHandler): Promise<Served> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/metrics`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const emptySnapshot: Snapshot = Object.freeze({ time: 0, families: [], errors: [] });

/** A gate that holds whoever waits until it is opened. */
export class Gate {
  readonly #opened: Promise<void>;
  readonly #reached: Promise<void>;
  open: () => void = () => {};
  #reach: () => void = () => {};

  constructor() {
    this.#opened = new Promise((resolve) => {
      this.open = resolve;
    });
    this.#reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
  }

  /** Resolves when somebody waits. */
  get reached(): Promise<void> {
    return this.#reached;
  }

  wait(): Promise<void> {
    this.#reach();
    return this.#opened;
  }
}

/** Resolves when a condition holds, looked at once per turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (!condition());
}

/** Counts turns of the event loop until it is stopped. */
export class TurnCounter {
  count = 0;
  #stopped = false;

  constructor() {
    const next = (): void => {
      this.count++;
      if (!this.#stopped) setImmediate(next);
    };
    next();
  }

  stop(): void {
    this.#stopped = true;
  }
}
