import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Counter, type Gatherer, Registry } from '@oriel/metrics';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { Certificates } from '../../../test/support/certificates.ts';
import { hasTool, testWith } from '../../../test/support/tools.ts';
import { type MetricsServer, type MetricsServerOptions, serveMetrics } from '../src/metrics-server.ts';
import { emptySnapshot, Gate } from './served.ts';
import { askSecurely } from './web-client.ts';

let made: Certificates;
let webConfigFile: string;
beforeAll(() => {
  if (!hasTool('openssl')) return;
  made = new Certificates();
  const { certFile, keyFile } = made.make({ name: 'server' });
  webConfigFile = made.write(
    'web.yml',
    `tls_server_config:\n  cert_file: ${certFile}\n  key_file: ${keyFile}\n`,
  );
});
afterAll(() => made?.[Symbol.dispose]());

const running: MetricsServer[] = [];
const opened: (ClientHttp2Session | Socket)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) one.destroy();
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function serve(options: MetricsServerOptions = {}, gatherer?: Gatherer): Promise<MetricsServer> {
  const one = await serveMetrics(gatherer ?? new Registry(), {
    port: 0,
    host: '127.0.0.1',
    webConfigFile,
    ...options,
  });
  running.push(one);
  return one;
}

/** Pages of 40 MB, more than sockets take in advance, or of 10 MB each. */
function large(names: readonly string[] = ['a', 'b', 'c', 'd']): Registry {
  const registry = new Registry();
  for (const name of names) {
    const counter = new Counter({ name: `large_${name}_total`, help: '', labelNames: ['l'] });
    registry.register(counter);
    for (let i = 0; i < 10_000; i++) counter.inc({ l: `${'x'.repeat(1000)}${i}` });
  }
  return registry;
}

function held(gate: Gate): Gatherer {
  return { gather: () => gate.wait().then(() => emptySnapshot) };
}

function session(server: MetricsServer): ClientHttp2Session {
  const one = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: made.ca });
  one.on('error', () => {});
  opened.push(one);
  return one;
}

function tlsSocket(server: MetricsServer): TLSSocket {
  const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: made.ca });
  socket.on('error', () => {});
  opened.push(socket);
  return socket;
}

function plainSocket(server: MetricsServer): Socket {
  const socket = connect(server.port, '127.0.0.1').on('error', () => {});
  opened.push(socket);
  return socket;
}

/** The status of a stream that is read to its end; 0 if it ends without one. */
async function statusOf(stream: ClientHttp2Stream): Promise<number> {
  let status = 0;
  stream.on('response', (headers) => {
    status = Number(headers[':status']);
  });
  stream.on('error', () => {});
  stream.resume();
  await new Promise((resolve) => stream.once('close', resolve));
  return status;
}

describe('limits over HTTP/2', () => {
  testWith(
    'openssl',
    'a reader that takes nothing is cut off, its page never looks whole, others go on',
    async () => {
      const server = await serve({ writeTimeoutMs: 100, maxConcurrentScrapes: 1 }, large());
      const one = session(server);
      const stream = one.request({ ':path': '/metrics' }).pause();
      const failed = once(stream, 'error');
      await once(stream, 'response');
      expect(String((await failed)[0])).toMatch('NGHTTP2_INTERNAL_ERROR');
      expect(one.destroyed).toBe(false);
      expect(await statusOf(one.request({ ':path': '/-/healthy' }))).toBe(200);
      expect(await statusOf(one.request({ ':path': '/metrics' }))).toBe(200);
    },
  );

  testWith('openssl', 'scrapes beyond the limit get 503, on one connection too', async () => {
    const gate = new Gate();
    const server = await serve({ maxConcurrentScrapes: 1 }, held(gate));
    const one = session(server);
    const first = statusOf(one.request({ ':path': '/metrics' }));
    await gate.reached;
    expect(await statusOf(one.request({ ':path': '/metrics' }))).toBe(503);
    gate.open();
    expect(await first).toBe(200);
  });

  testWith('openssl', 'headers that are too large get 431, or end their stream', async () => {
    const one = session(await serve());
    const ask = (headers: Record<string, string>): Promise<number> =>
      statusOf(one.request({ ':path': '/metrics', ...headers }));
    expect(await ask({ 'x-large': 'x'.repeat(20_000) })).toBe(431);
    const many = Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'x'.repeat(200)]);
    expect(await ask(Object.fromEntries(many))).not.toBe(200);
    expect(await ask({ 'x-large': '~'.repeat(60_000) })).not.toBe(200);
    expect(await ask({ 'x-small': 'x'.repeat(10_000) })).toBe(200);
  });

  testWith('openssl', 'a body that says it is too large gets 413, one that does not is cut off', async () => {
    const gate = new Gate();
    const server = await serve({ maxBodyBytes: 100 }, held(gate));
    const one = session(server);
    const open = { endStream: false };
    const said = one.request({ ':path': '/metrics', 'content-length': '101' }, open);
    expect(await statusOf(said)).toBe(413);
    const unsaid = one.request({ ':path': '/metrics' }, open);
    await gate.reached;
    unsaid.write(Buffer.alloc(101));
    expect(await statusOf(unsaid)).toBe(0);
    gate.open();
  });

  testWith('openssl', 'a request that never ends is ended, its answer arrives whole before', async () => {
    const registry = large(['a']);
    const server = await serve(
      { registerer: registry, headersTimeoutMs: 2000, requestTimeoutMs: 2000 },
      registry,
    );
    const one = session(server);
    const stream = one.request({ ':path': '/metrics' }, { endStream: false });
    const closed = once(stream, 'close');
    const ended = once(stream, 'end');
    let last = '';
    stream.on('data', (chunk) => {
      last = `${last}${chunk}`.slice(-150);
    });
    stream.on('error', () => {});
    await ended;
    expect(last).toMatch(/promhttp_metric_handler_requests_total\{code="503"\} 0\n$/);
    await closed;
    const inFlight = one.request({ ':path': '/metrics?name[]=promhttp_metric_handler_requests_in_flight' });
    expect(await text(inFlight)).toMatch(/in_flight 1\n/);
  });

  testWith('openssl', 'an answer that a request without an end outlasts never looks whole', async () => {
    const gate = new Gate();
    const server = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 50 }, held(gate));
    const stream = session(server).request({ ':path': '/metrics' }, { endStream: false });
    const [error] = await once(stream, 'error');
    expect(String(error)).toMatch('NGHTTP2_INTERNAL_ERROR');
    gate.open();
  });

  testWith('openssl', 'a session that asks for nothing is ended', async () => {
    const server = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
    await once(session(server), 'close');
  });

  testWith(
    'openssl',
    'a session that has fallen silent is ended, but not while it waits for an answer',
    async () => {
      const gate = new Gate();
      const server = await serve({ keepAliveTimeoutMs: 50 }, held(gate));
      const one = session(server);
      const closed = once(one, 'close');
      const answer = statusOf(one.request({ ':path': '/metrics' }));
      await once(one, 'goaway');
      gate.open();
      expect(await answer).toBe(200);
      await closed;
    },
  );

  testWith('openssl', 'the time of a scrape is that of its header', async () => {
    const server = await serve({}, { gather: () => new Promise(() => {}) });
    const headers = { ':path': '/metrics', 'x-prometheus-scrape-timeout-seconds': '0.1' };
    expect(await statusOf(session(server).request(headers))).toBe(503);
  });
});

describe('limits over TLS', () => {
  testWith('openssl', 'a reader that takes nothing is cut off', async () => {
    const server = await serve({ writeTimeoutMs: 1000, maxConcurrentScrapes: 1 }, large());
    const socket = tlsSocket(server);
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    const busy = async (): Promise<boolean> =>
      (await askSecurely(server.port, made, { method: 'HEAD' })).status === 503;
    await once(socket, 'readable');
    expect(await busy()).toBe(true);
    // Until its place is free again.
    while (await busy());
    let last = '';
    socket.on('data', (chunk) => {
      last = `${last}${chunk}`.slice(-20);
    });
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(last).not.toMatch(/0\r\n\r\n$/);
  });

  testWith('openssl', 'connections beyond the limit are closed, and half-open handshakes count', async () => {
    const server = await serve({ maxConnections: 2, headersTimeoutMs: 200, requestTimeoutMs: 200 });
    const silent = [plainSocket(server), plainSocket(server)];
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    await expect(askSecurely(server.port, made)).rejects.toThrow();
    // They are ended, and make room.
    await Promise.all(silent.map((socket) => once(socket.resume(), 'close')));
    expect((await askSecurely(server.port, made)).status).toBe(200);
  });

  testWith('openssl', 'headers that are too large get 431', async () => {
    const server = await serve();
    const answer = await askSecurely(server.port, made, { headers: { 'x-large': 'x'.repeat(20_000) } });
    expect(answer.status).toBe(431);
  });

  testWith('openssl', 'the time of a scrape is that of its header', async () => {
    const server = await serve({}, { gather: () => new Promise(() => {}) });
    const headers = { 'x-prometheus-scrape-timeout-seconds': '0.1' };
    expect((await askSecurely(server.port, made, { headers })).status).toBe(503);
  });
});

describe('stop() with TLS', () => {
  testWith('openssl', 'ends half-open handshakes at once, whatever its limit', async () => {
    const server = await serve({ stopTimeoutMs: 1_000_000 });
    const silent = plainSocket(server);
    const half = plainSocket(server);
    // The beginning of a TLS record.
    half.write(Buffer.from([22, 3, 1, 2, 0]));
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    await askSecurely(server.port, made);
    const closed = [silent, half].map((socket) => once(socket.resume(), 'close'));
    await server.stop();
    await Promise.all(closed);
  });

  testWith('openssl', 'lets a running answer of a session finish, then ends the session', async () => {
    const gate = new Gate();
    const server = await serve({ stopTimeoutMs: 1_000_000 }, held(gate));
    const one = session(server);
    const idle = session(server);
    await once(idle, 'connect');
    const closed = Promise.all([once(one, 'close'), once(idle, 'close')]);
    const answer = statusOf(one.request({ ':path': '/metrics' }));
    await gate.reached;
    const stopped = server.stop();
    await once(idle, 'close');
    gate.open();
    expect(await answer).toBe(200);
    await stopped;
    await closed;
  });

  testWith('openssl', 'cuts off an answer of a session that takes longer than its limit', async () => {
    const gate = new Gate();
    const server = await serve({ stopTimeoutMs: 30 }, held(gate));
    const answer = statusOf(session(server).request({ ':path': '/metrics' }));
    await gate.reached;
    await server.stop();
    expect(await answer).toBe(0);
    gate.open();
  });
});
