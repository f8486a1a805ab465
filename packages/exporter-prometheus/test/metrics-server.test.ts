import { once } from 'node:events';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Counter, type Gatherer, Registry } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { type MetricsServer, type MetricsServerOptions, serveMetrics } from '../src/metrics-server.ts';
import { ask, rawConnection, rawExchange } from './http-client.ts';
import { runProgram } from './run-program.ts';
import { emptySnapshot, Gate, TurnCounter, until } from './served.ts';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

function local(options: MetricsServerOptions = {}, gatherer?: Gatherer): Promise<MetricsServer> {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.' }));
  return serveMetrics(gatherer ?? registry, { port: 0, host: '127.0.0.1', ...options });
}

function at(server: MetricsServer, path: string): string {
  return `http://127.0.0.1:${server.port}${path}`;
}

/** A gatherer that answers once its gate is open. */
function held(gate: Gate): Gatherer {
  return { gather: () => gate.wait().then(() => emptySnapshot) };
}

const page = '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 0\n';

describe('serveMetrics() routes', () => {
  test('serve metrics at the path, and at / to a scraper', async () => {
    await using server = await local();
    expect((await ask(server.url)).text).toBe(page);
    expect((await ask(at(server, '/'))).text).toBe(page);
    const zipped = await ask(at(server, '/'), { headers: { accept: '*/*', 'accept-encoding': 'gzip' } });
    expect(gunzipSync(zipped.body).toString()).toBe(page);
  });

  test('serve a landing page at / to a browser, and metrics at the path', async () => {
    await using server = await local({ path: '/m/x', landing: { title: 'A <b>', version: '1&2' } });
    const { status, headers, text } = await ask(at(server, '/'), { headers: browser });
    expect([status, headers['content-type'], headers.vary]).toEqual([
      200,
      'text/html; charset=utf-8',
      'Accept, Accept-Encoding',
    ]);
    expect(text).toMatch('<h1>A &lt;b&gt;</h1>');
    expect(text).toMatch('<a href="./m/x">');
    expect((await ask(server.url, { headers: browser })).text).toBe(page);
    const head = await ask(at(server, '/'), { method: 'HEAD', headers: browser });
    expect([head.headers['content-length'], head.body.length]).toEqual([String(Buffer.byteLength(text)), 0]);
  });

  test('search metrics by name and help for a browser that asks', async () => {
    const registry = new Registry();
    registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.' }));
    registry.register(new Counter({ name: 'other_total', help: 'Not a JOB.' }));
    registry.register(new Counter({ name: 'more_total', help: 'More.' }));
    await using server = await local({}, registry);
    const find = async (query: string): Promise<string[]> => {
      const { text } = await ask(at(server, `/?q=${query}`), { headers: browser });
      return [...text.matchAll(/name\[\]=([^"]*)"/g)].map(([, name]) => name);
    };
    expect(await find('job')).toEqual(['jobs_total', 'other_total']);
    expect(await find('')).toEqual(['jobs_total', 'more_total', 'other_total']);
    expect(await find('%3Cscript%3E')).toEqual([]);
  });

  test('search says so when metrics cannot be gathered, or too many search', async () => {
    await using broken = await local({}, { gather: () => Promise.reject(new Error('broken')) });
    const failed = await ask(at(broken, '/?q=a'), { headers: browser });
    expect([failed.status, failed.text]).toEqual([503, 'Cannot search: metrics could not be gathered\n']);
    const gate = new Gate();
    await using slow = await local({}, held(gate));
    const all = Array.from({ length: 5 }, () => ask(at(slow, '/?q=a'), { headers: browser }));
    const first = await Promise.race(all);
    expect(first.status).toBe(503);
    gate.open();
    expect((await Promise.all(all)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503]);
  });

  test('serve metrics at / to everybody when that is the path', async () => {
    await using server = await local({ path: '/' });
    expect((await ask(server.url, { headers: browser })).text).toBe(page);
  });

  test('tell health and readiness', async () => {
    let isReady = false;
    await using server = await local({ isReady: () => isReady });
    expect((await ask(at(server, '/-/healthy'))).status).toBe(200);
    expect((await ask(at(server, '/-/ready'))).status).toBe(503);
    isReady = true;
    expect((await ask(at(server, '/-/ready'))).status).toBe(200);
    expect((await ask(at(server, '/-/ready'), { method: 'HEAD' })).status).toBe(200);
  });

  test('take a readiness check that throws for one that fails, and report it', async () => {
    const errors: Error[] = [];
    const isReady = (): boolean => {
      throw new Error('no contact');
    };
    await using server = await local({ isReady, onError: (error) => errors.push(error) });
    expect((await ask(at(server, '/-/ready'))).status).toBe(503);
    expect((await ask(at(server, '/-/healthy'))).status).toBe(200);
    expect(errors.map(({ message }) => message)).toEqual(['no contact']);
  });

  test('gather no longer for a search whose client has gone', async () => {
    const signals: AbortSignal[] = [];
    const gatherer: Gatherer = {
      gather: (options) => {
        if (options?.signal !== undefined) signals.push(options.signal);
        return new Promise(() => {});
      },
    };
    await using server = await local({}, gatherer);
    const leaving = new AbortController();
    const answer = ask(at(server, '/?q=a'), { headers: browser, signal: leaving.signal });
    await until(() => signals.length > 0);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await until(() => signals[0].aborted);
  });

  test.each(['/metrics', '/', '/-/healthy', '/-/ready'])('refuse other methods at %s', async (path) => {
    await using server = await local();
    for (const headers of [{}, browser]) {
      const answer = await ask(at(server, path), { method: 'DELETE', headers });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    }
  });

  test.each([
    '/metrics/',
    '/metric',
    '/%',
    '/%zz',
    '/metrics%00',
    '//',
    '/-/',
    '/..%2f..%2fetc/passwd',
    '/__proto__',
  ])('answer %s with 404 and where the metrics are', async (path) => {
    await using server = await local();
    const answer = await ask(server.url, { path });
    expect([answer.status, answer.text]).toEqual([404, 'Not found; metrics are at /metrics\n']);
    expect((await ask(server.url, { path, method: 'HEAD' })).status).toBe(404);
  });

  test('read a target with a query, a broken query and a whole URL', async () => {
    await using server = await local();
    for (const path of ['/metrics?', '/metrics?%zz&&=', 'http://elsewhere/metrics']) {
      expect((await ask(server.url, { path })).text).toBe(page);
    }
  });
});

describe('serveMetrics() listens', () => {
  test('on a port of its choice and tells which', async () => {
    await using server = await local();
    expect(server.port).toBeGreaterThan(0);
    expect(server.address).toBe('127.0.0.1');
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/metrics`);
  });

  test.each(['::1', '[::1]'])('on IPv6 %s', async (host) => {
    await using server = await local({ host });
    expect(server.url).toBe(`http://[::1]:${server.port}/metrics`);
    expect((await ask(server.url)).status).toBe(200);
  });

  test('on a name', async () => {
    await using server = await local({ host: 'localhost' });
    expect((await ask(server.url)).status).toBe(200);
  });

  test.each(['', '0.0.0.0'])('on all interfaces for %j', async (host) => {
    await using server = await local({ host });
    expect(server.url).toBe(`http://localhost:${server.port}/metrics`);
    expect((await ask(at(server, '/metrics'))).status).toBe(200);
  });

  test('on both families when all interfaces are asked for', async () => {
    await using server = await local({ host: '' });
    if (server.address !== '::') return;
    expect((await ask(`http://[::1]:${server.port}/metrics`)).status).toBe(200);
  });

  test('refuses a port that is taken with its address and the cure', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(local({ port })).rejects.toThrow(
      expect.objectContaining({
        code: 'PORT_IN_USE',
        message: `Cannot listen on "127.0.0.1:${port}": the port is taken; pass port 0 for any free port`,
      }),
    );
    taken.close();
  });

  test.each([
    '127.0.0.1:80',
    'http://localhost',
    'a b',
    '[::1',
    '::1]',
    '[127.0.0.1]',
    '-x',
    'no-such-host.invalid',
    '192.0.2.1',
  ])('refuses host %j', async (host) => {
    await expect(local({ host })).rejects.toThrow(
      expect.objectContaining({
        code: 'ADDRESS_INVALID',
        message: expect.stringMatching(/^Cannot listen on ".*;/),
      }),
    );
  });

  test.each<[MetricsServerOptions]>([
    [{ port: 65_536 }],
    [{ port: -1 }],
    [{ port: 1.5 }],
    [{ port: '80' as unknown as number }],
    [{ path: '' }],
    [{ path: 'metrics' }],
    [{ path: '/-/ready' }],
    [{ path: '/a?b' }],
    [{ maxConnections: 0 }],
    [{ requestTimeoutMs: 100 }],
    [{ stopTimeoutMs: Number.NaN }],
    [{ landing: { links: [{ href: 'javascript:alert(1)', text: '' }] } }],
  ])('refuses options %j', async (options) => {
    await expect(local(options)).rejects.toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});

describe('serveMetrics() holds its limits', () => {
  test('against a client that sends its headers slowly', async () => {
    await using server = await local({ headersTimeoutMs: 60 });
    expect(await rawExchange(server.port, 'GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(
      /^HTTP\/1.1 408 /,
    );
    expect((await ask(server.url)).status).toBe(200);
  });

  test('against headers that are too large', async () => {
    await using server = await local();
    const request = ask(server.url, { headers: { 'x-large': 'x'.repeat(20_000) } });
    expect((await request).status).toBe(431);
  });

  test('against a large body that says its length', async () => {
    await using server = await local({ maxBodyBytes: 100 });
    const sent = 'GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n';
    expect(await rawExchange(server.port, sent)).toMatch(/^HTTP\/1.1 413 [\s\S]*\r\nConnection: close\r\n/);
  });

  test('against a large body that does not say its length', async () => {
    const gate = new Gate();
    await using server = await local({ maxBodyBytes: 100 }, held(gate));
    const socket = rawConnection(
      server.port,
      'GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await gate.reached;
    socket.write(`65\r\n${'x'.repeat(101)}\r\n`);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    await once(socket, 'close');
    expect(answer).toBe('');
    gate.open();
  });

  test('and tolerates a small body', async () => {
    await using server = await local();
    const body = 'x'.repeat(100);
    expect((await ask(server.url, { body, headers: { 'content-length': '100' } })).text).toBe(page);
    expect((await ask(server.url, { body, headers: { 'transfer-encoding': 'chunked' } })).text).toBe(page);
  });

  test('against too many connections', async () => {
    await using server = await local({ maxConnections: 1 });
    const first = rawConnection(server.port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(first, 'data');
    await expect(ask(server.url)).rejects.toThrow();
    first.destroy();
  });

  test('against more requests at once on a connection than 32, which it answers', async () => {
    const gate = new Gate();
    await using server = await local({}, held(gate));
    const request = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
    const most = rawConnection(server.port, request.repeat(32));
    await gate.reached;
    const more = rawConnection(server.port, request.repeat(33)).on('error', () => {});
    await new Promise((resolve) => more.resume().once('close', resolve));
    gate.open();
    let answers = 0;
    for await (const chunk of most) {
      answers += String(chunk).split('HTTP/1.1 200 ').length - 1;
      if (answers === 32) break;
    }
    expect(answers).toBe(32);
  });

  test('against what is no HTTP', async () => {
    await using server = await local();
    expect(await rawExchange(server.port, '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await ask(server.url)).status).toBe(200);
  });
});

describe('stop()', () => {
  test('lets a running scrape finish and refuses new connections', async () => {
    const gate = new Gate();
    const server = await local({ stopTimeoutMs: 1_000_000 }, held(gate));
    const agent = new Agent({ keepAlive: true });
    const running = ask(server.url, { agent });
    await gate.reached;
    const stopped = server.stop();
    await expect(ask(server.url)).rejects.toThrow(/ECONNREFUSED/);
    gate.open();
    expect((await running).status).toBe(200);
    // Though the client would have kept its connection.
    await stopped;
    agent.destroy();
  });

  test('makes the server not ready for who is still connected', async () => {
    const gate = new Gate();
    const server = await local({}, held(gate));
    const socket = rawConnection(server.port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    const answers = text(socket);
    await gate.reached;
    const stopped = server.stop();
    await new Promise((resolve) => socket.write('GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n', resolve));
    const turns = new TurnCounter();
    await until(() => turns.count > 100);
    turns.stop();
    gate.open();
    expect(await answers).toMatch(
      /^HTTP\/1.1 200 OK[\s\S]*HTTP\/1.1 503 Service Unavailable[\s\S]*Not ready\n$/,
    );
    await stopped;
  });

  test('cuts off a scrape that takes longer than its limit', async () => {
    const gate = new Gate();
    const server = await local({ stopTimeoutMs: 30 }, held(gate));
    const running = ask(server.url);
    await gate.reached;
    const [, end] = await Promise.all([server.stop(), running.catch((error) => error)]);
    expect(end.message).toMatch(/socket hang up|ECONNRESET/);
    gate.open();
  });

  test('closes idle, silent and half-way connections at once, whatever its limit', async () => {
    const server = await local({ stopTimeoutMs: 1_000_000 });
    const agent = new Agent({ keepAlive: true });
    await ask(server.url, { agent });
    const silent = rawConnection(server.port, '');
    const halfWay = rawConnection(server.port, 'GET /metrics HTTP/1.1\r\n');
    const closed = [silent, halfWay].map((socket) => once(socket.on('error', () => {}).resume(), 'close'));
    await ask(server.url);
    await server.stop();
    await Promise.all(closed);
    agent.destroy();
  });

  test('gives the same promise again, and frees the port', async () => {
    const server = await local();
    expect(server.stop()).toBe(server.stop());
    await server.stop();
    await using again = await local({ port: server.port });
    expect(again.port).toBe(server.port);
  });

  test('leaves nothing behind: a program that has stopped its server ends', async () => {
    expect(await runProgram('serve-and-stop')).toEqual({ status: 200, servers: [0, 1, 0], timers: [0, 0] });
  });
});
