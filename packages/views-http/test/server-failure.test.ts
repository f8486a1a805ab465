import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { measure } from './measured.ts';
import { RawClient, serve } from './served.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** A server whose handler does nothing, and its responses as they come. */
async function hanging(): Promise<{ port: number; next: () => Promise<ServerResponse> }> {
  const waiting: ((response: ServerResponse) => void)[] = [];
  const { port } = await serve((_request, response) => waiting.shift()?.(response));
  return { port, next: () => new Promise((resolve) => waiting.push(resolve)) };
}

test('a client that goes away before the answer is counted once, as aborted', async () => {
  const { log, rows } = measure();
  const { port, next } = await hanging();
  const client = await RawClient.to(port);
  const response = next();
  await client.send(get);
  const late = await response;
  client.socket.resetAndDestroy();
  expect(await log.until('server', 1)).toMatchObject([
    { status: 'aborted', statusCode: undefined, receivedBytes: client.sent, sentBytes: 0 },
  ]);
  late.end('too late');
  await new Promise(setImmediate);
  expect(rows('server/completed_count')).toMatchObject([
    { tags: { http_server_status: 'aborted' }, value: 1 },
  ]);
});

test('a client that goes away in the middle of the answer is aborted, with the status that was sent', async () => {
  const { log } = measure();
  const { port, next } = await hanging();
  const client = await RawClient.to(port);
  const response = next();
  await client.send(get);
  (await response).write('first part');
  await client.until('first part');
  const received = client.received;
  client.socket.destroy();
  expect(await log.until('server', 1)).toMatchObject([
    { status: 'aborted', statusCode: 200, sentBytes: received },
  ]);
});

test('a request whose body breaks off is aborted', async () => {
  const { log } = measure();
  const { port } = await serve((request, response) => request.resume().on('end', () => response.end()));
  const client = await RawClient.to(port);
  await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
  client.socket.resetAndDestroy();
  expect(await log.until('server', 1)).toMatchObject([{ method: 'POST', status: 'aborted' }]);
});

test('a response that is destroyed with an error is an error', async () => {
  const { log } = measure();
  const { port } = await serve((_request, response) => void response.destroy(new Error('no')));
  const client = await RawClient.to(port);
  await client.send(get);
  expect(await log.until('server', 1)).toMatchObject([{ status: 'error' }]);
});

test('a handler that throws is counted once, as an error, and its error reaches the program', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {
    throw new Error('from the handler');
  });
  const thrown = new Promise<Error>((resolve) => {
    const emit = server.emit as (...args: unknown[]) => boolean;
    // Stands for uncaughtException, which a test runner keeps for itself.
    server.emit = (...args: unknown[]) => {
      try {
        return emit.apply(server, args);
      } catch (error) {
        resolve(error as Error);
        return true;
      }
    };
  });
  const client = await RawClient.to(port);
  await client.send(get);
  expect((await thrown).message).toBe('from the handler');
  client.socket.destroy();
  expect(await log.until('server', 1)).toMatchObject([{ status: 'error' }]);
});

test('a rejection that the server answers with 500 is a 500', async () => {
  const { log } = measure();
  EventEmitter.captureRejections = true;
  const serving = serve(async () => {
    throw new Error('no');
  });
  EventEmitter.captureRejections = false;
  const { port } = await serving;
  const client = await RawClient.to(port);
  await client.send(get);
  expect(await log.until('server', 1)).toMatchObject([{ status: 500 }]);
});

test('a request that exceeds the time limit of the server is a timeout', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  server.setTimeout(20);
  const client = await RawClient.to(port);
  await client.send(get);
  expect(await log.until('server', 1)).toMatchObject([{ status: 'timeout', receivedBytes: client.sent }]);
});

test('a body that does not come in time is answered with 408, and is one request', async () => {
  const { log } = measure();
  const { port } = await serve(() => {}, {
    requestTimeout: 40,
    headersTimeout: 30,
    connectionsCheckingInterval: 20,
  });
  const client = await RawClient.to(port);
  await client.send('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([
    { target: '/slow', status: 408, receivedBytes: client.sent, sentBytes: client.received },
  ]);
});

test('half a head that is never finished is one request without a method, answered with 408', async () => {
  const { log, rows } = measure();
  const { port } = await serve(() => {}, {
    requestTimeout: 40,
    headersTimeout: 30,
    connectionsCheckingInterval: 20,
  });
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\nHost');
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([
    { method: '', target: '', status: 408, receivedBytes: client.sent, sentBytes: client.received },
  ]);
  expect(rows('server/completed_count')).toMatchObject([{ tags: { http_server_method: 'UNKNOWN' } }]);
});

const malformed = [
  ['no HTTP at all', 'nonsense\r\n\r\n', 400],
  ['a head that is too long', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['a header without a colon', 'GET / HTTP/1.1\r\nno colon\r\n\r\n', 400],
] as const;

test.each(malformed)('%s is one request with the status of the answer', async (_name, text, status) => {
  const { log } = measure();
  const { port } = await serve((_request, response) => response.end());
  const client = await RawClient.to(port);
  await client.send(text);
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([{ method: '', status, sentBytes: client.received }]);
});

test('a bad chunk belongs to the request it is the body of', async () => {
  const { log } = measure();
  const { port } = await serve((request, response) => request.on('end', () => response.end()).resume());
  const client = await RawClient.to(port);
  await client.send('POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([
    { target: '/x', status: 400, receivedBytes: client.sent, sentBytes: client.received },
  ]);
});

test('what a listener of clientError answers is the status', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 418 Tea\r\nConnection: close\r\n\r\n'));
  const client = await RawClient.to(port);
  await client.send('nonsense\r\n\r\n');
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([{ status: 418, sentBytes: client.received }]);
});

test('a connection that is opened and closed, or kept and reset between requests, is no request', async () => {
  const { log } = measure();
  const { port } = await serve((_request, response) => response.end('ok'));
  const idle = await RawClient.to(port);
  await idle.close();
  const kept = await RawClient.to(port);
  await kept.send(get);
  await kept.until('ok');
  kept.socket.resetAndDestroy();
  const last = await RawClient.to(port);
  await last.send('GET /last HTTP/1.1\r\nHost: a\r\n\r\n');
  await last.until('ok');
  const seen = await log.until('server', 2);
  expect(seen.map(({ target, status }) => [target, status])).toEqual([
    ['/', 200],
    ['/last', 200],
  ]);
});

test('pipelined requests whose connection is lost are aborted, each once', async () => {
  const { log } = measure();
  const { port, next } = await hanging();
  const client = await RawClient.to(port);
  const both = [next(), next()];
  await client.send(get + get);
  await Promise.all(both);
  client.socket.resetAndDestroy();
  const seen = await log.until('server', 2);
  expect(seen.map(({ status }) => status)).toEqual(['aborted', 'aborted']);
  expect(seen[0].receivedBytes + seen[1].receivedBytes).toBe(client.sent);
});
