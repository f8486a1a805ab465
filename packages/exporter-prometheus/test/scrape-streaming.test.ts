import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Gatherer, Gauge, type MetricsError, Registry } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import type { Encode } from '../src/scrape.ts';
import { handlerOf, type RequestHandler, scrapeHandler } from '../src/scrape-handler.ts';
import { type ScrapeHandlerOptions, scrapeSettings } from '../src/scrape-settings.ts';
import { ask, rawConnection } from './http-client.ts';
import { emptySnapshot, Gate, serve, TurnCounter, until } from './served.ts';

const CHUNK_BYTES = 64 * 1024;
const registry: Gatherer = { gather: async () => emptySnapshot };

function handler(encoder: Encode, options: ScrapeHandlerOptions = {}): RequestHandler {
  return handlerOf(scrapeSettings({ registry, ...options }), encoder);
}

/** An encoder of `count` full chunks, each filled with its number, that calls back before each. */
function chunks(count: number, before: (index: number) => void = () => {}): Encode {
  return function* () {
    for (let i = 0; i < count; i++) {
      before(i);
      yield Buffer.alloc(CHUNK_BYTES, i % 251);
    }
  };
}

function wholePage(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.alloc(CHUNK_BYTES, i % 251)));
}

/** Asks and gives the answer without reading it. */
async function unread(url: string): Promise<IncomingMessage> {
  const request = httpRequest(url, { agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response.pause();
}

function busyFor(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a large page', () => {
  test('arrives whole, plain and compressed', async () => {
    await using server = await serve(handler(chunks(100)));
    expect((await ask(server.url)).body.equals(wholePage(100))).toBe(true);
    const zipped = await ask(server.url, { headers: { 'accept-encoding': 'gzip' } });
    expect(gunzipSync(zipped.body).equals(wholePage(100))).toBe(true);
    const packed = await ask(server.url, { headers: { 'accept-encoding': 'zstd' } });
    expect(zstdDecompressSync(packed.body).equals(wholePage(100))).toBe(true);
  });

  test.each([2, 3])('of %i chunks arrives whole', async (count) => {
    await using server = await serve(handler(chunks(count)));
    expect((await ask(server.url)).body.equals(wholePage(count))).toBe(true);
  });

  test('gives the event loop back between slices, however many scrapes run', async () => {
    const turns = new TurnCounter();
    const rendered: number[] = [];
    // Each chunk takes longer than a slice, so that no two may fall into one turn.
    const slow = chunks(8, (i) => {
      if (i >= 2) rendered.push(turns.count);
      busyFor(i >= 2 ? 6 : 0);
    });
    await using server = await serve(handler(slow));
    await Promise.all([ask(server.url), ask(server.url), ask(server.url)]);
    turns.stop();
    expect(rendered.length).toBe(18);
    expect(new Set(rendered).size).toBe(18);
  });

  test('is rendered only a little ahead of a reader that stops, while the event loop turns', async () => {
    let made = 0;
    const huge = chunks(600, () => made++);
    await using server = await serve(handler(huge));
    const response = await unread(server.url);
    const turns = new TurnCounter();
    await until(() => turns.count > 1000);
    const ahead = made;
    await until(() => turns.count > 3000);
    turns.stop();
    expect(made).toBe(ahead);
    expect(made).toBeLessThan(400);
    let bytes = 0;
    response.on('data', (chunk) => {
      bytes += chunk.length;
    });
    response.resume();
    await once(response, 'end');
    expect(bytes).toBe(600 * CHUNK_BYTES);
  });

  test('is cut off for a reader that takes nothing, and its place given to the next', async () => {
    const options = { writeTimeoutMs: 50, maxConcurrentScrapes: 1 };
    await using server = await serve(handler(chunks(400), options));
    const response = await unread(server.url);
    let answer = await ask(server.url);
    expect(answer.status).toBe(503);
    while (answer.status === 503) answer = await ask(server.url);
    expect(answer.body.equals(wholePage(400))).toBe(true);
    response.resume();
    const [error] = await once(response, 'error');
    expect(error.code).toBe('ECONNRESET');
    expect(response.complete).toBe(false);
  });

  test.each(['identity', 'gzip', 'zstd'])(
    'is no longer rendered once its reader has gone (%s)',
    async (coding) => {
      let made = 0;
      let closed = false;
      const endless: Encode = function* () {
        try {
          for (;;) yield Buffer.alloc(CHUNK_BYTES, made++ % 251);
        } finally {
          closed = true;
        }
      };
      await using server = await serve(handler(endless));
      const leaving = new AbortController();
      const headers = { 'accept-encoding': coding };
      const answer = ask(server.url, { headers, signal: leaving.signal });
      await until(() => made > 20);
      leaving.abort();
      await expect(answer).rejects.toThrow();
      await until(() => closed);
      expect(closed).toBe(true);
    },
  );
});

describe('an encoder that fails', () => {
  const failingAt = (count: number): Encode =>
    chunks(1000, (i) => {
      if (i === count) throw new Error('no more');
    });

  test.each([0, 1])('at chunk %i becomes a 500', async (at) => {
    await using server = await serve(handler(failingAt(at)));
    const answer = await ask(server.url, { headers: { 'accept-encoding': 'gzip' } });
    expect([answer.status, answer.headers['content-encoding']]).toEqual([500, undefined]);
    expect(answer.text).toBe('Cannot serve metrics: 1 error(s)\n\n* no more\n');
  });

  test.each(['identity', 'gzip', 'zstd'])(
    'later cuts the connection, never ends a short 200 (%s)',
    async (coding) => {
      const errors: Error[] = [];
      await using server = await serve(handler(failingAt(40), { onError: (error) => errors.push(error) }));
      await expect(ask(server.url, { headers: { 'accept-encoding': coding } })).rejects.toThrow(
        /aborted|socket hang up|ECONNRESET/,
      );
      expect(errors.map((error) => error.message)).toEqual(['no more']);
    },
  );

  test('later resets an HTTP/1.0 connection, whose end would look like the end of the page', async () => {
    await using server = await serve(handler(failingAt(40)));
    const socket = rawConnection(server.port, 'GET /metrics HTTP/1.0\r\n\r\n');
    socket.resume();
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNRESET');
  });

  test('to encode a family is served without it, or cut off when told to fail', async () => {
    const reporting: Encode = (_, { onError }) =>
      chunks(20, (i) => {
        if (i === 10) onError?.(new Error('one family') as MetricsError);
      })(emptySnapshot, { format: 'text-0.0.4' });
    await using lenient = await serve(handler(reporting));
    await using strict = await serve(handler(reporting, { errorHandling: 'fail' }));
    expect((await ask(lenient.url)).body.equals(wholePage(20))).toBe(true);
    await expect(ask(strict.url)).rejects.toThrow();
  });
});

describe('concurrent scrapes', () => {
  test('are gathered for no longer once their client has gone, even before their turn', async () => {
    let asked = 0;
    const counting: Gatherer = {
      async gather() {
        asked++;
        return emptySnapshot;
      },
    };
    const metrics = handler(chunks(1), { registry: counting });
    let come = 0;
    await using server = await serve((request, response) => {
      metrics(request, response);
      if (++come === 20) request.socket.destroy();
    });
    const socket = rawConnection(server.port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
    await new Promise((resolve) =>
      socket
        .on('error', () => {})
        .resume()
        .once('close', resolve),
    );
    const turns = new TurnCounter();
    await until(() => turns.count > 100);
    turns.stop();
    expect(come).toBe(20);
    // Those that had their turn before the connection was closed.
    expect(asked).toBeLessThan(5);
  });

  test('beyond the limit get 503 at once and are served again afterwards', async () => {
    const gate = new Gate();
    const held: Gatherer = { gather: () => gate.wait().then(() => emptySnapshot) };
    await using server = await serve(handler(chunks(1), { registry: held, maxConcurrentScrapes: 1 }));
    const first = ask(server.url);
    await gate.reached;
    const refused = await ask(server.url);
    expect([refused.status, refused.headers['retry-after'], refused.headers.vary]).toEqual([
      503,
      '1',
      'Accept, Accept-Encoding',
    ]);
    gate.open();
    expect((await first).status).toBe(200);
    expect((await ask(server.url)).status).toBe(200);
  });

  test('one hundred at once are each served whole', async () => {
    await using server = await serve(handler(chunks(30), { maxConcurrentScrapes: 0 }));
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(server.url)));
    expect(answers.filter(({ body }) => body.equals(wholePage(30))).length).toBe(100);
  });

  test('of several pages are each served whole, while other readers leave: memory of one serves the next', async () => {
    const servers = await Promise.all(
      ['a', 'b', 'c'].map(async (letter, i) => {
        const registry = new Registry();
        const gauge = new Gauge({ name: 'g', help: '', labelNames: ['l'], seriesLimit: 100_000 });
        registry.register(gauge);
        // Of one chunk, of several, and of many.
        const rows = 20 * 30 ** i;
        for (let row = 0; row < rows; row++) gauge.set(row, { l: `${letter.repeat(40)}${row}` });
        const lines = Array.from({ length: rows }, (_, row) => `g{l="${letter.repeat(40)}${row}"} ${row}\n`);
        return { ...(await serve(scrapeHandler({ registry }))), page: `# TYPE g gauge\n${lines.join('')}` };
      }),
    );
    const readers = { identity: (body: Buffer) => body, gzip: gunzipSync, zstd: zstdDecompressSync };
    const leave = async (url: string): Promise<void> => {
      const leaving = await unread(url);
      leaving.on('error', () => {}).destroy();
    };
    for (let round = 0; round < 5; round++) {
      const scrapes = servers.flatMap(({ url, page }) =>
        Object.entries(readers).map(async ([coding, read]) => {
          const { body } = await ask(url, { headers: { 'accept-encoding': coding } });
          expect(read(body).toString() === page).toBe(true);
        }),
      );
      await Promise.all([...scrapes, ...servers.map(({ url }) => leave(url))]);
    }
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  test('answer pipelined requests in their order', async () => {
    await using server = await serve(handler(chunks(5)));
    const socket = rawConnection(
      server.port,
      'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await once(socket, 'end');
    expect(bytes).toBeGreaterThan(10 * CHUNK_BYTES);
  });
});
