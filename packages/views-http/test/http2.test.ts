import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import { expect, test } from 'vitest';
import { setRoute } from '../src/index.ts';
import { measure } from './measured.ts';
import { listen } from './served.ts';

test('streams of HTTP/2 are recorded on both sides, and their bytes sum up to those of the connection', async () => {
  const { log } = measure();
  const { url, port } = await listen(
    createServer((request, response) => {
      setRoute(request, '/items/:id');
      response.writeHead(request.url === '/items/2' ? 404 : 200);
      response.end('x'.repeat(100));
    }),
  );
  const session = connect(url);
  for (const id of [1, 2, 3]) {
    const stream = session.request({ ':path': `/items/${id}?q` });
    stream.resume();
    await once(stream, 'close');
  }
  const clients = await log.until('client', 3);
  const servers = await log.until('server', 3);
  expect(servers[0]).toMatchObject({
    protocol: 'h2',
    method: 'GET',
    path: '/items/1',
    host: `127.0.0.1:${port}`,
    route: '/items/:id',
  });
  expect(clients.map(({ status }) => status)).toEqual(servers.map(({ status }) => status));
  const sum = clients.reduce((all, { receivedBytes }) => all + receivedBytes, 0);
  expect(sum).toBeGreaterThan(300);
  expect(sum).toBeLessThanOrEqual(session.socket.bytesRead);
  session.close();
  await once(session, 'close');
});

test('a stream that is cancelled is aborted, a refused connection an error', async () => {
  const { log } = measure();
  const { server, url } = await listen(createServer(() => {}));
  const session = connect(url);
  const stream = session.request({ ':path': '/hang' });
  stream.on('error', () => {});
  await once(server, 'request');
  stream.close(8);
  expect(await log.until('client', 1)).toMatchObject([{ status: 'aborted' }]);
  expect(await log.until('server', 1)).toMatchObject([{ status: 'aborted' }]);
  session.close();
  await new Promise((resolve) => server.close(resolve));
  const refused = connect(url).on('error', () => {});
  refused.request({ ':path': '/' }).on('error', () => {});
  expect((await log.until('client', 2))[1]).toMatchObject({ status: 'error' });
});
