import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:https';
import { connect } from 'node:tls';
import { fetch, Agent as UndiciAgent } from 'undici';
import { expect, test } from 'vitest';
import { measure } from './measured.ts';
import { listen } from './served.ts';

// A throwaway pair for the loopback, good for a hundred years and for nothing else.
const key = readFileSync(new URL('./data/throwaway-key.pem', import.meta.url));
const cert = readFileSync(new URL('./data/throwaway-cert.pem', import.meta.url));

const serve = () => listen(createServer({ key, cert }, (_request, response) => response.end('secret')));

test('over TLS the bytes are those inside: what a plain TLS socket sends and receives', async () => {
  const { log } = measure();
  const { port } = await serve();
  const socket = connect({ port, host: '127.0.0.1', ca: cert });
  const request = 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  socket.write(request);
  await once(socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([
    { path: '/a', status: 200, receivedBytes: request.length, sentBytes: received },
  ]);
});

test('clients over TLS agree with the server on the bytes, on a connection that is kept', async () => {
  const { log } = measure();
  const { port } = await serve();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: cert });
  for (const path of ['/1', '/two']) {
    const [response] = await once(get({ port, host: '127.0.0.1', path, agent }), 'response');
    response.resume();
    await once(response, 'close');
  }
  agent.destroy();
  const dispatcher = new UndiciAgent({ connect: { ca: cert } });
  await (await fetch(`https://127.0.0.1:${port}/three`, { dispatcher })).text();
  await dispatcher.close();
  const clients = await log.until('client', 3);
  const servers = await log.until('server', 3);
  expect(clients.map(({ path, sentBytes, receivedBytes }) => [path, sentBytes, receivedBytes])).toEqual(
    servers.map(({ path, sentBytes, receivedBytes }) => [path, receivedBytes, sentBytes]),
  );
});

test('what is no TLS is no request', async () => {
  const { log } = measure();
  const { server, port } = await serve();
  const refused = once(server, 'tlsClientError');
  const { RawClient } = await import('./served.ts');
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\n\r\n');
  await refused;
  await client.close();
  expect(log.all).toEqual([]);
});
