import { expect, test } from 'vitest';
import { measure } from './exchange-log.ts';
import { RawClient, serve } from './served.ts';

test('a request to a server is recorded once with method, status, latency and the bytes on the wire', async () => {
  const { log, rows } = measure();
  const { port } = await serve((_request, response) => response.end('hello'));
  const client = await RawClient.to(port);
  await client.send('GET /a?b=1 HTTP/1.1\r\nHost: example.com:81\r\n\r\n');
  await client.until('hello');
  const [seen] = await log.until('server', 1);
  expect(seen).toMatchObject({
    method: 'GET',
    target: '/a?b=1',
    path: '/a',
    host: 'example.com:81',
    route: '',
    status: 200,
    receivedBytes: client.sent,
    sentBytes: client.received,
  });
  expect(seen.latencyMs).toBeGreaterThan(0);
  expect(rows('server/completed_count')).toMatchObject([
    { tags: { http_server_method: 'GET', http_server_status: '200' }, value: 1 },
  ]);
});
