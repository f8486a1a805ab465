import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { fastifyMetrics, type HttpRecorder } from '../src/index.ts';
import { ExchangeLog } from './exchange-log.ts';
import { measure } from './measured.ts';

const apps: FastifyInstance[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function build(recorders: readonly HttpRecorder[], http2 = false): Promise<FastifyInstance> {
  const app: FastifyInstance = http2 ? (Fastify({ http2 }) as never) : Fastify();
  apps.push(app);
  await app.register(fastifyMetrics, { recorders });
  await app.register(
    (api, _options, done) => {
      api.get('/users/:id', () => 'user');
      api.get('/throws', () => {
        throw new Error('no');
      });
      done();
    },
    { prefix: '/api' },
  );
  app.get('/files/*', () => 'file');
  return app;
}

const routes: readonly (readonly [path: string, route: string, status: number])[] = [
  ['/api/users/42?x=1', '/api/users/:id', 200],
  ['/api/throws', '/api/throws', 500],
  ['/files/a/b', '/files/*', 200],
  ['/nowhere/1', '', 404],
];

test.each([true, false])(
  'Fastify gives every request the pattern of its route; instrumented: %s',
  async (isInstrumented) => {
    const own = new ExchangeLog();
    const log = isInstrumented ? measure().log : own;
    const app = await build([own]);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    for (const [path] of routes) await (await fetch(url + path)).text();
    const seen = await log.until('server', routes.length);
    expect(seen.map(({ target, route, status }) => [target, route, status])).toEqual(routes);
    expect(own.all).toHaveLength(isInstrumented ? 0 : routes.length);
  },
);

test('requests that Fastify injects, without a socket, are measured without bytes', async () => {
  const log = new ExchangeLog();
  const app = await build([log]);
  await app.inject('/api/users/1');
  expect(await log.until('server', 1)).toMatchObject([
    { route: '/api/users/:id', status: 200, receivedBytes: 0, sentBytes: 0 },
  ]);
});
