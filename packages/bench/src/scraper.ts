import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Reading } from './http-client.ts';
import { checked, type Page } from './page.ts';

const program = fileURLToPath(new URL('./http-client.ts', import.meta.url));

// One for all peers of a case, so that it is warm; it ends with this process.
let client: ChildProcess | undefined;

/** Serves a page and reads it from another process. */
export class Scraper {
  readonly #page: Page;
  readonly #server: Server;

  private constructor(page: Page, server: Server) {
    this.#page = page;
    this.#server = server;
  }

  /** Listens on a port of its own. */
  static async of(page: Page): Promise<Scraper> {
    const server = createServer(page.source.serve).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Scraper(page, server);
  }

  /** Milliseconds from the request to the last byte, as the client sees them. */
  async scrape(): Promise<number> {
    const { port } = this.#server.address() as AddressInfo;
    client ??= fork(program, { execArgv: [] });
    const answered = once(client, 'message') as Promise<[Reading]>;
    client.send(`http://127.0.0.1:${port}/metrics`);
    const [reading] = await answered;
    if ('error' in reading) throw new Error(reading.error);
    checked(reading.bytes, this.#page.shape);
    return reading.ms;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#page.close();
  }
}
