import { once } from 'node:events';
import { createServer as createNetServer } from 'node:net';
import { Agent, Client, fetch as installedFetch, request as undiciRequest } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { measure } from './measured.ts';
import { listen, serve } from './served.ts';

const clients: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

const fetches: readonly (readonly [name: string, fetch: typeof fetch])[] = [
  ['the bundled fetch', fetch],
  ['the fetch of an installed undici', installedFetch as unknown as typeof fetch],
];

test.each(fetches)(
  '%s is recorded once on both sides, and the two agree on the bytes',
  async (_name, fetching) => {
    const { log } = measure();
    const { url, port } = await serve((request, response) =>
      request.resume().on('end', () => response.end('answer')),
    );
    for (const i of [1, 2, 3]) {
      const response = await fetching(`${url}/a?b=${i}`, { method: 'POST', body: 'x'.repeat(i) });
      expect(await response.text()).toBe('answer');
    }
    const seen = await log.until('client', 3);
    const servers = await log.until('server', 3);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      target: '/a?b=1',
      path: '/a',
      host: `127.0.0.1:${port}`,
      status: 200,
      requestBodyBytes: 1,
      responseBodyBytes: 6,
    });
    expect(seen.map(({ sentBytes, receivedBytes }) => [sentBytes, receivedBytes])).toEqual(
      servers.map(({ sentBytes, receivedBytes }) => [receivedBytes, sentBytes]),
    );
  },
);

test('requests that undici pipelines sum up to what the server received', async () => {
  const { log } = measure();
  const { url } = await serve((request, response) =>
    request.resume().on('end', () => response.end(request.url)),
  );
  const client = new Client(url, { pipelining: 4 });
  clients.push(client);
  const paths = Array.from({ length: 12 }, (_, i) => `/${'p'.repeat(i)}`);
  await Promise.all(paths.map(async (path) => (await client.request({ path, method: 'GET' })).body.text()));
  const seen = await log.until('client', 12);
  const servers = await log.until('server', 12);
  const sum = (list: typeof seen, field: 'sentBytes' | 'receivedBytes'): number =>
    list.reduce((all, each) => all + each[field], 0);
  expect(seen.map(({ status }) => status)).toEqual(Array(12).fill(200));
  expect(sum(seen, 'sentBytes')).toBe(sum(servers, 'receivedBytes'));
  expect(sum(seen, 'receivedBytes')).toBe(sum(servers, 'sentBytes'));
});

test('each redirect is a request of its own', async () => {
  const { log } = measure();
  const { url } = await serve((request, response) => {
    if (request.url === '/new') response.end('here');
    else response.writeHead(302, { Location: '/new' }).end();
  });
  await (await fetch(`${url}/old`)).text();
  const seen = await log.until('client', 2);
  expect(seen.map(({ path, status }) => [path, status])).toEqual([
    ['/old', 302],
    ['/new', 200],
  ]);
});

test.each(fetches)(
  '%s: refused is an error, given up is aborted, out of time is a timeout',
  async (_name, fetching) => {
    const { log } = measure();
    const { server, url } = await serve(() => {});
    const gone = await serve(() => {});
    await new Promise((resolve) => gone.server.close(resolve));
    await expect(fetching(gone.url)).rejects.toThrow();
    const controller = new AbortController();
    const asked = once(server, 'request');
    const asking = fetching(url, { signal: controller.signal });
    await asked;
    controller.abort();
    await expect(asking).rejects.toThrow();
    await expect(fetching(url, { signal: AbortSignal.timeout(20) })).rejects.toThrow();
    const seen = await log.until('client', 3);
    expect(seen.map(({ status }) => status)).toEqual(['error', 'aborted', 'timeout']);
  },
);

test('a time limit of undici itself is a timeout', async () => {
  const { log } = measure();
  const { url } = await serve(() => {});
  const agent = new Agent({ headersTimeout: 30 });
  await expect(undiciRequest(url, { dispatcher: agent })).rejects.toThrow();
  expect(await log.until('client', 1)).toMatchObject([{ status: 'timeout' }]);
  await agent.destroy();
});

test('an answer that breaks off is an error, with the status it began with', async () => {
  const { log } = measure();
  const { port } = await listen(
    createNetServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
    }),
  );
  const response = await fetch(`http://127.0.0.1:${port}`);
  await expect(response.text()).rejects.toThrow();
  expect(await log.until('client', 1)).toMatchObject([{ status: 'error', statusCode: 200 }]);
});

test('a body that is cancelled is aborted, with the status it began with', async () => {
  const { log } = measure();
  const { url } = await serve((_request, response) => void response.write('half'));
  const response = await fetch(url);
  await response.body?.cancel();
  expect(await log.until('client', 1)).toMatchObject([{ status: 'aborted', statusCode: 200 }]);
});

test('CONNECT and upgrades of an installed undici count when they are answered', async () => {
  const { log } = measure();
  const { server, url } = await serve(() => {});
  server.on('connect', (_request, socket) => socket.write('HTTP/1.1 200 Connection Established\r\n\r\n'));
  server.on('upgrade', (_request, socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  const client = new Client(url);
  clients.push(client);
  const tunnel = await client.connect({ path: '/' });
  const upgraded = await client.upgrade({ path: '/', protocol: 'x' });
  const seen = await log.until('client', 2);
  expect(seen.map(({ method, status, upgraded: is }) => [method, status, is])).toEqual([
    ['CONNECT', 200, true],
    ['GET', 101, true],
  ]);
  tunnel.socket.destroy();
  upgraded.socket.destroy();
});

test('fetch is not counted as node:http, nor the other way round', async () => {
  const { log } = measure();
  const { url } = await serve((_request, response) => response.end('x'));
  await (await fetch(url)).text();
  const { get } = await import('node:http');
  const [response] = await once(get(url), 'response');
  response.resume();
  await once(response, 'close');
  await log.until('client', 2);
  await log.until('server', 2);
  expect(log.all).toHaveLength(4);
});
