import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// What reloads leave behind, after as many to warm up as make every kind of thing there is.
const program = (index: string) => `
  const { runtimeConfig, runtimeMetrics } = await import(${JSON.stringify(index)});
  const { instrumentHttp } = await import('@oriel/views-http');
  const { Registry } = await import('@oriel/metrics');
  const { Stats } = await import('@oriel/stats');
  const { channel } = await import('node:diagnostics_channel');
  const registry = new Registry();
  const stats = new Stats({ registry });
  const runtime = runtimeMetrics({ appId: 'shop', registry, stats, parts: ['http', 'errorCode'] });
  const http = instrumentHttp({ recorders: [runtime.http.recorder()] });
  const config = runtimeConfig(runtime);
  const file = (i) => ({
    recordErrorCodes: i % 2 === 0,
    latencyDistributionBuckets: i % 3 === 0 ? [1, 10 + (i % 5)] : undefined,
    http: { increasedCardinality: i % 2 === 1, pathMatching: ['/orders/{id}', '/v' + (i % 10) + '/{x}'] },
    views: [{ name: 'http_client_*', seriesLimit: 100 + (i % 4), expiry: i % 2 === 0 ? '1h' : '2h' }],
    tags: { rename: { method: 'verb' + (i % 3) }, deny: i % 2 === 0 ? ['status'] : [] },
    rules: [{ name: 'dapr_http_server_request_count', labels: [{ name: 'path', regex: { ['/x' + i]: '/scan/.+' } }] }],
  });
  const reload = (i) => {
    const { issues, commit } = config.prepare(file(i));
    if (issues.length > 0) throw new Error(JSON.stringify(issues));
    commit();
    for (let j = 0; j < 10; j++) runtime.http.server({ method: 'GET', path: '/scan/' + i + '/' + j, status: 404, elapsedMs: 1 });
    runtime.errorCode({ code: 'ERR_STATE_GET', category: 'state' });
  };
  const listeners = () => [
    ...process.eventNames().map((name) => String(name) + process.listenerCount(name)),
    ...process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'),
    stats.views().length,
  ].join();
  let i = 0;
  const after = (reloads) => {
    for (; i < reloads; i++) reload(i);
    for (let turn = 0; turn < 3; turn++) gc();
    return { heap: process.memoryUsage().heapUsed, listeners: listeners() };
  };
  const states = [1_000, 5_000, 10_000].map(after);
  const { families, errors } = await registry.gather();
  const subscribed = channel('http.server.request.start').hasSubscribers;
  console.log(JSON.stringify({ states, families: families.length, errors: errors.length, subscribed }));
  http.stop();
  runtime.stop();
`;

test('10 000 reloads of a runtime leave heap and listeners as they were', async () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const args = ['--conditions=oriel-source', '--expose-gc', '--input-type=module', '--eval', program(index)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  const { states, ...rest } = JSON.parse(stdout);
  expect(new Set(states.map(({ listeners }: { listeners: string }) => listeners)).size).toBe(1);
  expect(states[2].heap).toBeLessThan(states[1].heap + 1_000_000);
  expect(rest).toMatchObject({ errors: 0, subscribed: true });
}, 120_000);
