import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instrumentHttp, type PathRules } from '@oriel/views-http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { textOf } from '../../../test/support/render.ts';
import type { Profile } from '../src/index.ts';
import { distributionOf, type Fresh, fresh, rows } from './fresh-runtime.ts';

const pattern = '/v1.0/invoke/{app_id}/method/orders/{orderID}';
const low = {};
const high = { increasedCardinality: true };
const patterns = { pathMatching: ['/orders/{orderID}'] };

describe('labels of paths: low, low with a pattern, high, high with a pattern', () => {
  test.each([
    ['server', '/v1.0/invoke/svc/method/orders/1', '', pattern, '/v1.0/invoke/svc/method/orders/1', pattern],
    ['server', '//v1.0/invoke/svc/method/orders/9', '', pattern, '/v1.0/invoke/svc/method/orders/9', pattern],
    [
      'server',
      '/v1.0/invoke/svc/method/cart/9',
      '',
      '',
      '/v1.0/invoke/svc/method/cart/9',
      '/v1.0/invoke/svc/method/cart/9',
    ],
    ['server', '/v1.0/state/mystore/key1', '', '', '/v1.0/state/mystore', '/v1.0/state/mystore'],
    [
      'server',
      '/v1.0/actors/T/a1/method/foo',
      '',
      '',
      '/v1.0/actors/T/{id}/method',
      '/v1.0/actors/T/{id}/method',
    ],
    ['server', '/v1.0/healthz', '', '', '/v1.0/healthz', '/v1.0/healthz'],
    ['client', 'orders/1', '', '/orders/{orderID}', '/orders/1', '/orders/{orderID}'],
    ['client', '/dapr/config', '/dapr/config', '/dapr/config', '/dapr/config', '/dapr/config'],
  ] as const)('%s %s', (side, path, ...wanted) => {
    const modes: Partial<PathRules>[] = [low, { ...low, ...patterns }, high, { ...high, ...patterns }];
    expect(modes.map((http) => labelOf(fresh({ profile: 'dapr', http }), side, path))).toEqual(wanted);
  });

  test('the response count is there in high mode only', () => {
    const views = [low, { ...low, ...patterns }, high, { ...high, ...patterns }].map((http) =>
      fresh({ profile: 'dapr', http }).stats.findView('http/server/response_count'),
    );
    expect(views.map((view) => view !== undefined)).toEqual([false, false, true, true]);
  });

  test('two paths that nothing matches are one series of two, a static one its own', () => {
    const { runtime, stats } = fresh({ profile: 'dapr' });
    for (const path of ['/a/1', '/a/2', '/dapr/config'])
      runtime.http.client({ method: 'GET', path, status: 200 });
    expect(rows(stats, 'http/client/completed_count')).toEqual([
      'app_id=shop method=GET path=/dapr/config status=200 1',
      'app_id=shop method=GET status=200 2',
    ]);
  });
});

test.each([
  [false, ['GET', 'UNKNOWN', 'UNKNOWN']],
  [true, ['', '', '']],
])('methods with excludeVerbs %s', (excludeVerbs, wanted) => {
  const labels = ['GET', 'get', 'INVALID'].map((method) => {
    const { runtime, stats } = fresh({ profile: 'dapr', http: { excludeVerbs } });
    runtime.http.client({ method, path: '/', status: 200 });
    return stats.retrieveData('http/client/completed_count')[0]?.tags.method ?? '';
  });
  expect(labels).toEqual(wanted);
});

test.each([-1, undefined, Number.NaN])(
  'an answer of the application with the length %s has no size, and loses nothing',
  async (receivedBytes) => {
    const { registry, runtime, stats } = fresh({ profile: 'dapr' });
    registry.register(registry.selfMetrics());
    runtime.http.client({ method: 'GET', path: '/', status: 200, receivedBytes });
    expect(rows(stats, 'http/client/received_bytes')).toEqual([]);
    expect(rows(stats, 'http/client/completed_count')).toHaveLength(1);
    expect(await textOf(registry)).not.toContain('oriel_recordings_dropped_total{');
  },
);

describe.each(['dapr', 'default'] as const)('measured by @oriel/views-http under %s', (profile) => {
  const [requests, latency, requestSize, responseSize, calls, callSize, answerSize] =
    profile === 'dapr'
      ? [
          'http/server/request_count',
          'http/server/latency',
          'http/server/request_bytes',
          'http/server/response_bytes',
          'http/client/completed_count',
          'http/client/sent_bytes',
          'http/client/received_bytes',
        ]
      : [
          'http_server_requests_total',
          'http_server_request_duration_seconds',
          'http_server_request_size_bytes',
          'http_server_response_size_bytes',
          'http_client_requests_total',
          'http_client_request_size_bytes',
          'http_client_response_size_bytes',
        ];

  test('a request is one row on each side, with the lengths of its bodies, whatever its heads, and a time', async () => {
    const { stats, url } = await served(profile, (request, response) => {
      request.resume().on('end', () => response.setHeader('x-long', 'y'.repeat(500)).end('hello'));
    });
    await (await fetch(`${url}/orders/7`, { method: 'POST', body: 'x'.repeat(1000) })).text();
    await expect
      .poll(() => rows(stats, requests))
      .toEqual(['app_id=shop method=POST path=/orders/{orderID} status=200 1']);
    await expect
      .poll(() => rows(stats, calls))
      .toEqual(['app_id=shop method=POST path=/orders/{orderID} status=200 1']);
    for (const size of [requestSize, callSize]) expect(distributionOf(stats, size).sum).toBe(1000);
    for (const size of [responseSize, answerSize]) expect(distributionOf(stats, size).sum).toBe(5);
    expect(distributionOf(stats, latency).sum).toBeGreaterThan(0);
  });

  test('a call that was cancelled is completed once, and so is one that failed', async () => {
    const { stats, url } = await served(profile, () => {});
    const cancel = new AbortController();
    const cancelled = fetch(`${url}/slow`, { signal: cancel.signal });
    await once(await serverOf(url), 'request');
    cancel.abort();
    await expect(cancelled).rejects.toThrow();
    await expect.poll(() => rows(stats, calls)).toEqual(['app_id=shop method=GET status=aborted 1']);
    await expect(fetch(await closedUrl())).rejects.toThrow();
    const status = profile === 'dapr' ? '500' : 'error';
    await expect.poll(() => rows(stats, calls)).toContain(`app_id=shop method=GET status=${status} 1`);
  });

  test('a probe is a probe, and no call', async () => {
    const { stats, url } = await served(profile, (_, response) => response.end());
    await (await fetch(`${url}/healthz`)).text();
    const probes = profile === 'dapr' ? 'http/healthprobes/completed_count' : 'http_health_probes_total';
    await expect.poll(() => rows(stats, probes)).toEqual(['app_id=shop status=200 1']);
    expect(rows(stats, calls)).toEqual([]);
  });
});

const servers = new Map<string, ReturnType<typeof createServer>>();

async function serverOf(url: string): Promise<ReturnType<typeof createServer>> {
  const server = servers.get(url);
  if (server === undefined) throw new Error('no server');
  return server;
}

async function served(profile: Profile, handler: RequestListener): Promise<Fresh & { url: string }> {
  const set = fresh({ profile, http: patterns });
  const recorders = [set.runtime.http.recorder({ healthProbePath: '/healthz' })];
  const instrumentation = instrumentHttp({ recorders });
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  servers.set(url, server);
  onTestFinished(() => {
    instrumentation.stop();
    server.closeAllConnections();
    server.close();
  });
  return { ...set, url };
}

/** Where nobody listens. */
async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `http://127.0.0.1:${port}/`;
}

function labelOf({ runtime, stats }: Fresh, side: 'server' | 'client', path: string): string {
  runtime.http[side]({ method: 'GET', path, status: 200 });
  const view = side === 'server' ? 'http/server/request_count' : 'http/client/completed_count';
  return stats.retrieveData(view)[0]?.tags.path ?? '';
}
