import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Seen } from './exchange-log.ts';
import { measure } from './measured.ts';
import { RawClient, serve } from './served.ts';

const total = (seen: readonly Seen[], field: 'receivedBytes' | 'sentBytes'): number =>
  seen.reduce((sum, exchange) => sum + exchange[field], 0);

test('a request to a server is recorded once with method, status, latency and the bytes on the wire', async () => {
  const { log, rows } = measure();
  const { port } = await serve((_request, response) => response.end('hello'));
  const client = await RawClient.to(port);
  await client.send('GET /a?b=1 HTTP/1.1\r\nHost: example.com:81\r\n\r\n');
  await client.until('hello');
  const [seen] = await log.until('server', 1);
  expect(seen).toMatchObject({
    protocol: 'http',
    method: 'GET',
    target: '/a?b=1',
    path: '/a',
    host: 'example.com:81',
    route: '',
    status: 200,
    receivedBytes: client.sent,
    sentBytes: client.received,
    requestBodyBytes: 0,
    responseBodyBytes: 5,
    upgraded: false,
  });
  expect(seen.latencyMs).toBeGreaterThan(0);
  expect(rows('server/completed_count')).toMatchObject([
    { tags: { http_server_method: 'GET', http_server_status: '200' }, value: 1 },
  ]);
});

test('requests on one kept connection get their own bytes', async () => {
  const { log } = measure();
  const { port } = await serve((request, response) => {
    response.setHeader('Content-Length', 3);
    request.resume().on('end', () => response.end('abc'));
  });
  const client = await RawClient.to(port);
  for (let i = 1; i <= 3; i++) {
    const before = { sent: client.sent, received: client.received };
    await client.send(`POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: ${i}\r\n\r\n${'x'.repeat(i)}`);
    await client.until('abc', i);
    const seen = (await log.until('server', i))[i - 1];
    expect(seen).toMatchObject({
      receivedBytes: client.sent - before.sent,
      sentBytes: client.received - before.received,
      requestBodyBytes: i,
      responseBodyBytes: 3,
    });
  }
});

test('pipelined requests in any pieces sum up to what the socket carried', async () => {
  const { log } = measure();
  const { port } = await serve((request, response) => {
    request.resume().on('end', () => response.end(`<${request.url}>`));
  });
  const whole = [
    'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: 1\r\n\r\n',
    'HEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST /4 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody',
    'GET /5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  ].join('');
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 8 });
  let done = 0;
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const client = await RawClient.to(port);
      const closed = once(client.socket, 'close');
      let start = 0;
      for (const end of [...places.sort((a, b) => a - b), whole.length]) {
        await client.send(whole.slice(start, end));
        start = end;
      }
      await closed;
      const seen = (await log.until('server', done + 5)).slice(done);
      done += 5;
      expect(seen.map(({ method, status }) => `${method} ${status}`)).toEqual([
        'GET 200',
        'POST 200',
        'HEAD 200',
        'POST 200',
        'GET 200',
      ]);
      expect(total(seen, 'receivedBytes')).toBe(client.sent);
      expect(total(seen, 'sentBytes')).toBe(client.received);
    }),
    { numRuns: 30 },
  );
});

const answers: readonly (readonly [name: string, head: string, handler: RequestListener, status: number])[] =
  [
    ['HEAD', 'HEAD / HTTP/1.1\r\nHost: a\r\n', (_q, r) => r.end('not sent'), 200],
    ['204', 'DELETE / HTTP/1.1\r\nHost: a\r\n', (_q, r) => r.writeHead(204).end(), 204],
    ['304', 'GET / HTTP/1.1\r\nHost: a\r\n', (_q, r) => r.writeHead(304).end(), 304],
    ['a chunked body', 'GET / HTTP/1.1\r\nHost: a\r\n', (_q, r) => r.write('a') && r.end('b'), 200],
    [
      '103',
      'GET / HTTP/1.1\r\nHost: a\r\n',
      (_q, r) => r.writeEarlyHints({ link: '</a>' }, () => r.end('x')),
      200,
    ],
    ['no Host', 'GET / HTTP/1.1\r\n', (_q, r) => r.end('x'), 400],
    ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n', (_q, r) => r.end('x'), 417],
    ['a status nobody knows', 'GET / HTTP/1.1\r\nHost: a\r\n', (_q, r) => r.writeHead(799).end(), 799],
  ];

test.each(answers)(
  'an answer with %s is recorded with its status and its bytes',
  async (_name, head, handler, status) => {
    const { log } = measure();
    const { port } = await serve(handler);
    const client = await RawClient.to(port);
    await client.send(`${head}Connection: close\r\n\r\n`);
    await once(client.socket, 'close');
    expect(await log.until('server', 1)).toMatchObject([
      { status, receivedBytes: client.sent, sentBytes: client.received },
    ]);
  },
);

test('Expect: 100-continue is one request, with its interim answer among the bytes', async () => {
  const { log } = measure();
  const { port } = await serve((request, response) => request.resume().on('end', () => response.end('done')));
  const client = await RawClient.to(port);
  await client.send('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
  await client.until('100 Continue');
  await client.send('body');
  await client.until('done');
  expect(await log.until('server', 1)).toMatchObject([
    { status: 200, receivedBytes: client.sent, sentBytes: client.received },
  ]);
  expect(client.text).toContain('100 Continue');
});

test('a body that comes after the answer belongs to its request', async () => {
  const { log } = measure();
  const { port } = await serve((_request, response) => response.end('early'));
  const client = await RawClient.to(port);
  await client.send('POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n');
  await client.until('early');
  await client.send('a body');
  const first = client.sent;
  await log.until('server', 1);
  await client.send('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('early', 2);
  const seen = await log.until('server', 2);
  expect(seen.map(({ target, status }) => [target, status])).toEqual([
    ['/1', 200],
    ['/2', 200],
  ]);
  expect(seen[0].receivedBytes).toBe(first);
  expect(total(seen, 'receivedBytes')).toBe(client.sent);
});

test('requests of a connection that was there before are counted without what it carried before', async () => {
  const { port } = await serve((_request, response) => response.end('ok'));
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('ok');
  const { log } = measure();
  const before = client.received;
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('ok', 2);
  expect(await log.until('server', 1)).toMatchObject([{ status: 200, sentBytes: client.received - before }]);
});

test('requests that are ignored are not recorded, and leave their bytes to nobody else', async () => {
  const { log, rows } = measure({ ignore: ({ path }) => path === '/metrics' });
  const { port } = await serve((_request, response) => response.end('ok'));
  const client = await RawClient.to(port);
  const get = 'GET /other HTTP/1.1\r\nHost: a\r\n\r\n';
  await client.send('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('ok');
  const before = client.received;
  await client.send(get);
  await client.until('ok', 2);
  expect(await log.until('server', 1)).toMatchObject([
    { path: '/other', receivedBytes: get.length, sentBytes: client.received - before },
  ]);
  expect(rows('server/completed_count')).toMatchObject([{ value: 1 }]);
});

test('a scanner that asks for any path with any verb leaves a constant number of rows', async () => {
  const { log, rows } = measure();
  const { port } = await serve((_request, response) => response.writeHead(404).end());
  const client = await RawClient.to(port);
  const verbs = ['GET', 'POST', 'PROPFIND', 'PURGE', 'MKCOL', 'M-SEARCH'];
  const requests = Array.from(
    { length: 600 },
    (_, i) => `${verbs[i % verbs.length]} /${i}/x?y=${i} HTTP/1.1\r\nHost: host-${i}\r\n\r\n`,
  );
  await client.send(requests.join(''));
  await log.until('server', 600);
  const labels = rows('server/completed_count').map(({ tags, value }) => [tags.http_server_method, value]);
  expect(Object.fromEntries(labels)).toEqual({ GET: 100, POST: 100, UNKNOWN: 400 });
});
