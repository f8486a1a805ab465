import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { HttpTransport } from '../src/http-transport.ts';

const BODY = 64 * 1024 * 1024;

test('post() reads no more of a body that was answered before its end, as the next one overwrites it', async () => {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const transport = new HttpTransport({
    url: new URL(`http://127.0.0.1:${port}`),
    headers: {},
    compression: 'none',
    tls: { ca: undefined, cert: undefined, key: undefined, serverName: '', insecure: false },
    now: () => 0,
  });
  const connected = once(server, 'connection');
  const posted = transport.post(Buffer.alloc(BODY), new AbortController().signal);
  const [socket] = await connected;
  // It ends with an error: a message that was cut.
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await posted;
  await closed;
  expect(socket.bytesRead).toBeLessThan(BODY);
  transport.close();
  server.close();
});
