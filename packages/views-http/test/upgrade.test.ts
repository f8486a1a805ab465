import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { measure } from './measured.ts';
import { RawClient, serve } from './served.ts';

test('a WebSocket counts on both sides when it is answered, with the bytes of the handshake', async () => {
  const { log } = measure();
  const { server, port } = await serve((_request, response) => response.end());
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  await once(socket, 'open');
  const [answered] = await log.until('server', 1);
  const [asked] = await log.until('client', 1);
  expect(answered).toMatchObject({ method: 'GET', path: '/ws', status: 101, upgraded: true });
  expect(asked).toMatchObject({ method: 'GET', path: '/ws', status: 101, upgraded: true });
  expect(answered.receivedBytes).toBe(asked.sentBytes);
  expect(answered.sentBytes).toBe(asked.receivedBytes);
  socket.send('hello');
  await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
  expect(log.all).toHaveLength(2);
  sockets.close();
});

test('interim answers are part of the handshake, and what follows it in the same piece is not counted', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n');
    socket.write('Connection: Upgrade\r\n\r\n');
    socket.write('then something else');
  });
  const client = await RawClient.to(port);
  const head = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
  await client.send(`${head}tunnelled`);
  await client.until('else');
  expect(await log.until('server', 1)).toMatchObject([
    { status: 101, receivedBytes: head.length, sentBytes: client.text.indexOf('then something') },
  ]);
});

test('an upgrade that is refused has the status of the refusal, and all its bytes', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
  });
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([
    { status: 401, upgraded: false, receivedBytes: client.sent, sentBytes: client.received },
  ]);
  sockets.close();
});

test('an upgrade that is never answered is aborted when the connection ends', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  const upgraded = once(server, 'upgrade');
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  const [, socket] = await upgraded;
  expect(log.all).toEqual([]);
  socket.destroy();
  expect(await log.until('server', 1)).toMatchObject([{ status: 'aborted', upgraded: false }]);
});

test('an upgrade that nobody listens to is a request like any other', async () => {
  const { log } = measure();
  const { port } = await serve((_request, response) => response.end('plain'));
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  await client.until('plain');
  expect(await log.until('server', 1)).toMatchObject([{ status: 200, upgraded: false }]);
});

test('CONNECT counts on both sides when the tunnel stands', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  server.on('connect', (_request, socket) => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    socket.pipe(socket);
  });
  const asking = request({ port, host: '127.0.0.1', method: 'CONNECT', path: 'example.com:443' }).end();
  const [, socket] = await once(asking, 'connect');
  const wanted = { method: 'CONNECT', target: 'example.com:443', status: 200, upgraded: true };
  expect(await log.until('server', 1)).toMatchObject([wanted]);
  expect(await log.until('client', 1)).toMatchObject([wanted]);
  socket.write('tunnelled');
  await once(socket, 'data');
  socket.destroy();
  expect(log.all).toHaveLength(2);
});

test('a WebSocket of the bundled undici counts when it is answered', async () => {
  const { log } = measure();
  const { server, port } = await serve(() => {});
  const sockets = new WebSocketServer({ server });
  const socket = new globalThis.WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  const [asked] = await log.until('client', 1);
  expect(asked).toMatchObject({ method: 'GET', status: 101, upgraded: true });
  const [answered] = await log.until('server', 1);
  expect([asked.sentBytes, asked.receivedBytes]).toEqual([answered.receivedBytes, answered.sentBytes]);
  const closed = new Promise((resolve) => {
    socket.onclose = resolve;
  });
  socket.close();
  await closed;
  expect(log.clients).toHaveLength(1);
  sockets.close();
});
