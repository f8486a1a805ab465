import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { createServer as createNetServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { measure } from './measured.ts';
import { listen, serve } from './served.ts';

async function ask(options: RequestOptions, body = ''): Promise<string> {
  const asking = request({ host: '127.0.0.1', ...options });
  asking.end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

/** A server that writes what it is told, whatever it is asked. */
async function answering(write: (socket: Socket) => void): Promise<number> {
  const { port } = await listen(
    createNetServer((socket) => socket.on('error', () => {}).once('data', () => write(socket))),
  );
  return port;
}

test('a request is recorded once on both sides, and the two agree on the bytes', async () => {
  const { log, rows } = measure();
  const { port } = await serve((incoming, response) =>
    incoming.resume().on('end', () => response.end('answer')),
  );
  expect(await ask({ port, path: '/a?b=1', method: 'POST', headers: { 'Content-Length': 4 } }, 'body')).toBe(
    'answer',
  );
  const [client] = await log.until('client', 1);
  const [server] = await log.until('server', 1);
  expect(client).toMatchObject({
    method: 'POST',
    target: '/a?b=1',
    path: '/a',
    host: `127.0.0.1:${port}`,
    status: 200,
    statusCode: 200,
    route: '',
    requestBodyBytes: 4,
    responseBodyBytes: 6,
  });
  expect([client.sentBytes, client.receivedBytes]).toEqual([server.receivedBytes, server.sentBytes]);
  expect(client.latencyMs).toBeGreaterThan(0);
  expect(rows('client/completed_count')).toMatchObject([
    { tags: { http_client_method: 'POST', http_client_status: '200' }, value: 1 },
  ]);
});

test('requests on a connection that an agent keeps get their own bytes', async () => {
  const { log } = measure();
  const { port } = await serve((incoming, response) => response.end(incoming.url));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const path of ['/a', '/bb', '/ccc']) await ask({ port, path, agent });
  agent.destroy();
  const clients = await log.until('client', 3);
  const servers = await log.until('server', 3);
  expect(clients.map(({ sentBytes, receivedBytes }) => [sentBytes, receivedBytes])).toEqual(
    servers.map(({ sentBytes, receivedBytes }) => [receivedBytes, sentBytes]),
  );
});

test.each([
  ['HEAD', 'HEAD', 200],
  ['204', 'GET', 204],
  ['304', 'GET', 304],
])('an answer without a body ends the request: %s', async (_name, method, status) => {
  const { log } = measure();
  const { port } = await serve((_incoming, response) => response.writeHead(status).end());
  await ask({ port, method });
  expect(await log.until('client', 1)).toMatchObject([{ method, status }]);
});

test('an answer that ends with the connection is whole', async () => {
  const { log } = measure();
  const port = await answering((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nto the end'));
  expect(await ask({ port })).toBe('to the end');
  expect(await log.until('client', 1)).toMatchObject([{ status: 200 }]);
});

test('interim answers are part of the one request', async () => {
  const { log } = measure();
  const text = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx';
  const port = await answering((socket) => socket.write(text));
  await ask({ port });
  expect(await log.until('client', 1)).toMatchObject([{ status: 200, receivedBytes: text.length }]);
});

test('a refused connection is an error without bytes', async () => {
  const { log, rows } = measure();
  const { server, port } = await serve(() => {});
  await new Promise((resolve) => server.close(resolve));
  const asking = get({ port, host: '127.0.0.1' });
  await once(asking, 'error');
  expect(await log.until('client', 1)).toMatchObject([
    { status: 'error', statusCode: undefined, sentBytes: 0, receivedBytes: 0 },
  ]);
  expect(rows('client/completed_count')).toMatchObject([{ tags: { http_client_status: 'error' } }]);
});

test('a server that hangs up before the answer is an error', async () => {
  const { log } = measure();
  const port = await answering((socket) => socket.end());
  await once(get({ port, host: '127.0.0.1' }), 'error');
  expect(await log.until('client', 1)).toMatchObject([{ status: 'error', statusCode: undefined }]);
});

test.each([
  ['ends', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')],
  [
    'resets',
    (socket: Socket) =>
      void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => socket.resetAndDestroy()),
  ],
])(
  'a server that %s in the middle of the answer is an error, with the status it began with',
  async (_name, write) => {
    const { log } = measure();
    const port = await answering(write);
    const asking = get({ port, host: '127.0.0.1' }, (response) => response.resume().on('error', () => {}));
    asking.on('error', () => {});
    expect(await log.until('client', 1)).toMatchObject([{ status: 'error', statusCode: 200 }]);
  },
);

test('an answer that is no HTTP is an error', async () => {
  const { log } = measure();
  const port = await answering((socket) => socket.end('nonsense\r\n\r\n'));
  await once(get({ port, host: '127.0.0.1' }), 'error');
  expect(await log.until('client', 1)).toMatchObject([{ status: 'error' }]);
});

test('a request that is given up before the answer is aborted', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  const asking = get({ port, host: '127.0.0.1' });
  asking.on('error', () => {});
  await once(server, 'request');
  asking.destroy();
  expect(await log.until('client', 1)).toMatchObject([{ status: 'aborted' }]);
  expect(await log.until('server', 1)).toMatchObject([{ status: 'aborted' }]);
});

test('a request that is given up in the middle of the answer is aborted', async () => {
  const { log } = measure();
  const { port } = await serve((_incoming, response) => void response.write('half'));
  const asking = get({ port, host: '127.0.0.1' });
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  await once(response, 'data');
  response.destroy();
  expect(await log.until('client', 1)).toMatchObject([{ status: 'aborted', statusCode: 200 }]);
});

test('a request given up by a signal is aborted, by a time limit a timeout', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  const controller = new AbortController();
  get({ port, host: '127.0.0.1', signal: controller.signal }).on('error', () => {});
  await once(server, 'request');
  controller.abort();
  await log.until('client', 1);
  get({ port, host: '127.0.0.1', signal: AbortSignal.timeout(10) }).on('error', () => {});
  await log.until('client', 2);
  const asking = get({ port, host: '127.0.0.1', timeout: 10 }).on('error', () => {});
  asking.on('timeout', () => asking.destroy());
  const seen = await log.until('client', 3);
  expect(seen.map(({ status }) => status)).toEqual(['aborted', 'timeout', 'timeout']);
});

test('a request that was under way when it was stopped is not counted', async () => {
  const { log, handle } = measure();
  const { server, port } = await serve(() => {});
  const asking = get({ port, host: '127.0.0.1' });
  asking.on('error', () => {});
  await once(server, 'request');
  handle.stop();
  const closed = new Promise((resolve) => asking.on('close', resolve));
  asking.destroy();
  await closed;
  expect(log.all).toEqual([]);
});
