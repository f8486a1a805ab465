import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gauge, Registry } from '@oriel/metrics';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { scrapeHandler } from '../src/scrape-handler.ts';
import { ask } from './http-client.ts';
import { runProgram } from './run-program.ts';

function handler(): ReturnType<typeof scrapeHandler> {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'a', help: '' }));
  return scrapeHandler({ registry });
}

// A program of its own, as Express cannot be loaded under the export conditions of the test runner.
test('scrapeHandler() mounts into Express by use and by get, and keeps the headers that are there', async () => {
  const page = {
    status: 200,
    vary: 'Origin, Accept, Accept-Encoding',
    text: expect.stringMatching(/^# .*\na 1\n$/),
  };
  expect(await runProgram('mount-express')).toEqual([
    page,
    page,
    { ...page, text: '' },
    { status: 405, vary: 'Origin, Accept, Accept-Encoding', text: '' },
    { status: 404, vary: 'Origin', text: '' },
  ]);
});

test('scrapeHandler() mounts into Fastify through a hijacked reply', async () => {
  const app = fastify();
  const handle = handler();
  app.get('/metrics', (request, reply) => {
    reply.hijack();
    handle(request.raw, reply.raw);
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await ask(`${address}/metrics`, { headers: { accept: 'application/openmetrics-text' } });
  expect([answer.status, answer.text.endsWith('# EOF\n')]).toEqual([200, true]);
  expect((await ask(`${address}/metrics`, { method: 'HEAD' })).status).toBe(200);
  await app.close();
});

test('scrapeHandler() is a listener of node:http on IPv6 too', async () => {
  const server = createServer(handler());
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  const { port } = server.address() as AddressInfo;
  expect((await ask(`http://[::1]:${port}/`)).status).toBe(200);
  await new Promise((resolve) => server.close(resolve));
});
