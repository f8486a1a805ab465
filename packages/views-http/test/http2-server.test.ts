import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createSecureServer, createServer, type Http2ServerRequest } from 'node:http2';
import { get } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { activeTags } from '@oriel/stats';
import { expect, test } from 'vitest';
import { instrumentHttp } from '../src/index.ts';
import { followContext } from './context-manager.ts';
import { measure } from './measured.ts';
import { listen } from './served.ts';

const key = readFileSync(new URL('./data/throwaway-key.pem', import.meta.url));
const cert = readFileSync(new URL('./data/throwaway-cert.pem', import.meta.url));

followContext();

const extract = { baggage: ['tenant'] };

async function ask(url: string, headers: Record<string, string>): Promise<void> {
  const session = connect(url, { ca: cert });
  await once(session.request(headers).resume(), 'close');
  session.close();
  await once(session, 'close');
}

test('tags of a request over HTTP/2 are in the context of its handlers, and on what is recorded', async () => {
  const seen: string[] = [];
  const tell = (where: string) => seen.push(`${where} ${activeTags().get('tenant') ?? 'none'}`);
  measure({ extract });
  const { server, url } = await listen(
    createServer(async (_, response) => {
      await new Promise(setImmediate);
      tell('request');
      response.end();
    }),
  );
  server.on('stream', () => tell('stream'));
  await ask(url, { baggage: 'tenant=a, other=x' });
  await ask(url, { baggage: '%%%' });
  await ask(url, {});
  expect(seen.filter((line) => line.startsWith('request'))).toEqual([
    ...['request a', 'request none', 'request none'],
  ]);
  expect(seen.filter((line) => line.startsWith('stream'))).toEqual([
    ...['stream a', 'stream none', 'stream none'],
  ]);
});

test('a view may keep the tags that came over HTTP/2', async () => {
  const { promise: tenant, resolve } = Promise.withResolvers<string | undefined>();
  const handle = instrumentHttp({
    extract,
    recorders: [{ server: ({ tags }) => resolve(tags.get('tenant')) }],
  });
  const { url } = await listen(createServer((_, response) => response.end()));
  await ask(url, { baggage: 'tenant=a' });
  expect(await tenant).toBe('a');
  handle.stop();
});

test('HTTP/1 on a server of HTTP/2 has its tags, its upgrades and what is malformed', async () => {
  const { log } = measure({ extract });
  const tenants: (string | undefined)[] = [];
  const { server, port } = await listen(
    createSecureServer({ key, cert, allowHTTP1: true }, (_, response) => {
      tenants.push(activeTags().get('tenant'));
      response.end();
    }),
  );
  server.on('upgrade', (_: Http2ServerRequest, socket: { end(text: string): void }) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  const options = { port, host: '127.0.0.1', ca: cert, headers: { baggage: 'tenant=b' } };
  const [response] = await once(get(options), 'response');
  await once(response.resume(), 'close');
  expect(tenants).toEqual(['b']);
  const write = async (text: string): Promise<void> => {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca: cert });
    socket.on('error', () => {});
    socket.resume().write(text);
    await once(socket, 'close');
  };
  await write('GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  await write('BREW\r\n\r\n');
  const statuses = (await log.until('server', 3)).map(({ status, protocol }) => [status, protocol]);
  expect(statuses).toEqual([
    [200, 'http'],
    [101, 'http'],
    [400, 'http'],
  ]);
});

test('a session whose time is over at the server is a timeout for the streams under way, and not for those before', async () => {
  const { log } = measure();
  const { server, url } = await listen(createServer());
  server.on('request', ({ stream, url: path }: Http2ServerRequest, response) => {
    if (path === '/quick') response.end();
    // What Node does when the time of `server.setTimeout` is over.
    else if (!server.emit('timeout', stream.session)) stream.session?.destroy();
  });
  const session = connect(url);
  await once(session.request({ ':path': '/quick' }).resume(), 'close');
  session.request({ ':path': '/hang' }).on('error', () => {});
  const [quick, hung] = await log.until('server', 2);
  expect([quick.status, hung.status]).toEqual([200, 'timeout']);
  session.destroy();
});

test.each([
  [
    'a limit of the stream',
    (url: string) => {
      const session = connect(url);
      const stream = session.request();
      stream.setTimeout(1, () => stream.close(8));
      return { session, stream };
    },
  ],
  [
    'AbortSignal.timeout',
    (url: string) => {
      const session = connect(url);
      return { session, stream: session.request({}, { signal: AbortSignal.timeout(1) }) };
    },
  ],
])('a client whose time is over is a timeout: %s', async (_, start) => {
  const { log } = measure();
  const { url } = await listen(createServer(() => {}));
  const { session, stream } = start(url);
  stream.on('error', () => {});
  expect(await log.until('client', 1)).toMatchObject([{ status: 'timeout' }]);
  session.destroy();
});

test('a limit that nobody acted on is forgotten when the answer comes whole', async () => {
  const { log } = measure();
  const { server, url } = await listen(createServer());
  const session = connect(url);
  const stream = session.request();
  const [, response] = await once(server, 'request');
  stream.setTimeout(1);
  await once(stream, 'timeout');
  response.end('late');
  await once(stream.resume(), 'close');
  expect(await log.until('client', 1)).toMatchObject([{ status: 200 }]);
  session.close();
});

test('stop() gives the servers of HTTP/2 their emit back', () => {
  const prototypes = [createServer(), createSecureServer()].map((server) => Object.getPrototypeOf(server));
  const owning = (): boolean[] => prototypes.map((prototype) => Object.hasOwn(prototype, 'emit'));
  const before = owning();
  const handle = instrumentHttp({ recorders: [] });
  expect(owning()).toEqual([true, true]);
  handle.stop();
  expect(owning()).toEqual(before);
});
