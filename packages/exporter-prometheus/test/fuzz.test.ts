import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counter, Registry } from '@oriel/metrics';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MetricsServer, serveMetrics } from '../src/metrics-server.ts';
import { ask } from './http-client.ts';

const bcrypt = createRequire(import.meta.url)('bcryptjs') as {
  hashSync(password: string, cost: number): string;
};

const folder = mkdtempSync(join(tmpdir(), 'oriel-fuzz-'));
// Warnings too: a client must not fill the log.
const crashes: unknown[] = [];
const onCrash = (error: unknown): void => void crashes.push(error);
let open: MetricsServer;
let guarded: MetricsServer;

beforeAll(async () => {
  process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash).on('warning', onCrash);
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
  registry.register(jobs);
  for (let i = 0; i < 2000; i++) jobs.inc({ queue: `queue ${i}` });
  const webConfigFile = join(folder, 'web.yml');
  writeFileSync(webConfigFile, `basic_auth_users:\n  alice: '${bcrypt.hashSync('secret', 4)}'\n`);
  const limits = {
    port: 0,
    host: '127.0.0.1',
    headersTimeoutMs: 200,
    requestTimeoutMs: 400,
    keepAliveTimeoutMs: 500,
    writeTimeoutMs: 300,
    registerer: registry,
  };
  open = await serveMetrics(registry, limits);
  guarded = await serveMetrics(registry, { ...limits, webConfigFile });
});
afterAll(async () => {
  await Promise.all([open.stop(), guarded.stop()]);
  process.off('uncaughtException', onCrash).off('unhandledRejection', onCrash).off('warning', onCrash);
  rmSync(folder, { recursive: true });
});

// What must never come back as it was sent.
const mark = '<zq onload="1">';

const noise = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'*/;,=" \\qtexplain.0123456789%[]&?#:@()<>{}', '\t', 'é', mark) }),
  fc.constantFrom(mark, '%', '%zz', '%00', '%ff', '..', 'NaN', '-1', '1e999', ';;', ',,', '"'),
);
const accept = fc.oneof(
  noise,
  fc
    .tuple(fc.constantFrom('text/html', '*/*', 'text/plain', 'application/openmetrics-text'), noise)
    .map((all) => all.join(';')),
  fc.constantFrom(
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
    'application/openmetrics-text;version=2.0.0;escaping=dots',
    `text/html;q="${mark}`,
  ),
);
const coding = fc.oneof(
  noise,
  fc.constantFrom('gzip', 'zstd', 'gzip;q=2, zstd;q=', 'identity;q=0, *;q=0', 'br'),
);
const credentials = fc.oneof(
  noise,
  noise.map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
  noise.map((text) => `Basic ${text}`),
  fc.constantFrom('Basic', 'Basic ', 'Basic =', 'Basic !!!!', 'Bearer x', `Basic ${'A'.repeat(8000)}`),
  fc.constant(`Basic ${Buffer.from('alice:secret').toString('base64')}`),
);
const header = fc.oneof(
  accept.map((value) => ['Accept', value]),
  coding.map((value) => ['Accept-Encoding', value]),
  credentials.map((value) => ['Authorization', value]),
  noise.map((value) => ['X-Prometheus-Scrape-Timeout-Seconds', value]),
  noise.map((value) => ['Content-Length', value]),
  noise.map((value) => ['Transfer-Encoding', value]),
  fc.tuple(noise, noise),
);
const target = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('/metrics', '/', '/-/ready', '/-/healthy', '//', '/%2e', 'http://x/metrics', '*', ''),
      fc.constantFrom('', '?name[]=', '?collect[]=', '?q=', '?', '#'),
      noise.map((text) => text.replace(/[ \t]/g, '+')),
    )
    .map((parts) => parts.join('')),
  noise,
);
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constant('GET') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('HEAD', 'POST', 'OPTIONS', 'CONNECT', 'TRACE', 'PRI', 'get', mark),
  },
);
const version = fc.oneof(
  { weight: 8, arbitrary: fc.constant('HTTP/1.1') },
  { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', '') },
);
const requestText = fc
  .tuple(method, target, version, fc.array(header, { maxLength: 6 }))
  .map(
    ([verb, path, protocol, headers]) =>
      `${verb} ${path} ${protocol}\r\nHost: x\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );

/** Sends pieces one after the other and gives what comes back until the connection closes. */
async function exchange(server: MetricsServer, pieces: readonly string[], isOver: boolean): Promise<string> {
  const socket = connect(server.port, '127.0.0.1').on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise((resolve) => socket.write(Buffer.from(piece, 'latin1'), resolve));
  }
  if (isOver) socket.end();
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

const statuses = [200, 400, 401, 404, 405, 408, 413, 414, 417, 431, 500, 503];

function check(answer: string): void {
  expect(crashes).toEqual([]);
  if (answer === '') return;
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
  expect(statuses).toContain(Number(status));
  expect(answer).not.toContain('<zq');
}

async function isUp(): Promise<void> {
  expect((await ask(`http://127.0.0.1:${open.port}/-/healthy`)).status).toBe(200);
  expect((await ask(`http://127.0.0.1:${guarded.port}/-/healthy`)).status).toBe(401);
}

describe('a running server', () => {
  test('answers any request with a right status, or closes, and echoes nothing as it came', async () => {
    await fc.assert(
      fc.asyncProperty(requestText, fc.boolean(), async (text, isGuarded) => {
        check(await exchange(isGuarded ? guarded : open, [text], true));
      }),
      { numRuns: 600 },
    );
    await isUp();
  });

  test('answers requests that come together and in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(requestText, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }),
        async (requests, sizes) => {
          check(await exchange(open, pieces(requests.join(''), sizes), true));
        },
      ),
      { numRuns: 150 },
    );
    await isUp();
  });

  test('ends a request that is left half way, wherever that is', async () => {
    await fc.assert(
      fc.asyncProperty(requestText, fc.integer({ min: 0, max: 200 }), async (text, at) => {
        check(await exchange(open, [text.slice(0, at)], false));
      }),
      { numRuns: 40 },
    );
    await isUp();
  }, 60_000);

  test('takes no megabyte of headers', async () => {
    const large = 'x'.repeat(2 ** 20);
    const many = Array.from({ length: 20_000 }, (_, i) => `X-${i}: ${'y'.repeat(40)}\r\n`).join('');
    for (const headers of [
      `Accept: ${large}\r\n`,
      `${large}: 1\r\n`,
      `Authorization: Basic ${large}\r\n`,
      many,
    ]) {
      const answer = await exchange(guarded, [`GET /metrics HTTP/1.1\r\nHost: x\r\n${headers}\r\n`], false);
      // The answer may be lost where the client still sends when the connection is closed.
      expect(answer).toMatch(/^(HTTP\/1\.1 431 |$)/);
    }
    const target = await exchange(open, [`GET /${large} HTTP/1.1\r\nHost: x\r\n\r\n`], false);
    expect(target).toMatch(/^(HTTP\/1\.1 431 |$)/);
    await isUp();
  });

  test('outlives readers that stop, and clients that leave at any time', async () => {
    const sockets: Socket[] = [];
    for (let i = 0; i < 100; i++) {
      const socket = connect(open.port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1 + (i % 20)));
      if (i % 3 === 0) await once(socket, 'readable');
      if (i % 4 === 0) socket.resetAndDestroy();
      else if (i % 4 === 1) socket.end();
      else if (i % 4 === 2) socket.destroy();
    }
    await isUp();
    for (const socket of sockets) socket.destroy();
    expect(crashes).toEqual([]);
  });
});

function pieces(text: string, sizes: readonly number[]): string[] {
  const all: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = i < 200 ? sizes[i % sizes.length] : text.length;
    all.push(text.slice(at, at + size));
    at += size;
  }
  return all;
}
