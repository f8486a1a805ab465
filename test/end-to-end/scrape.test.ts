import { readFileSync } from 'node:fs';
import { readPage } from '@oriel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testWith } from '../support/tools.ts';
import { parseByPython, promtoolFault, promtoolFindings } from '../support/validators.ts';
import { PrometheusServer } from './prometheus.ts';
import { type Running, startSidecar } from './sidecar.ts';

const stock = '/v1.0/invoke/{app_id}/method/stock';

describe('the sidecar example', () => {
  let sidecar: Running;

  beforeAll(async () => {
    sidecar = await startSidecar('--no-traffic');
    for (let i = 0; i < 7; i++) await answered(`${sidecar.api}/v1.0/invoke/inventory/method/stock`);
    for (let i = 0; i < 3; i++) await answered(`${sidecar.api}/v1.0/state/orders/o${i}`, 'PUT', `{"n":${i}}`);
    await answered(`${sidecar.api}/v1.0/state/orders/o1`);
    await answered(`${sidecar.api}/v1.0/state/orders/o1`, 'DELETE');
    await answered(`${sidecar.api}/v1.0/nowhere/at/all`);
  });

  afterAll(async () => {
    await sidecar.stop();
  });

  test('serves state and invocation', async () => {
    const stored = await fetch(`${sidecar.api}/v1.0/state/orders/o2`);
    expect(await stored.json()).toEqual({ n: 2 });
    const unknown = await fetch(`${sidecar.api}/v1.0/invoke/nobody/method/x`);
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      expect.objectContaining({ errorCode: 'ERR_DIRECT_INVOKE' }),
    ]);
    const circuits = await fetch(`${sidecar.api}/v1.0/metadata`);
    expect(await circuits.json()).toMatchObject({ circuits: { inventory: 'closed', payment: 'closed' } });
  });

  test('shows on its page what was recorded, in both formats', async () => {
    for (const [accept, format, family] of [
      ['text/plain', 'text', 'component_state_operations_total'],
      ['application/openmetrics-text; version=1.0.0', 'openmetrics', 'component_state_operations'],
    ] as const) {
      const page = await fetch(sidecar.metrics, { headers: { accept } }).then((response) => response.text());
      const samples = readPage(page, format).find(({ name }) => name === family)?.samples ?? [];
      const sets = samples.find(({ labels }) => labels.get('operation') === 'set');
      expect(sets?.value).toBe(3);
    }
  });

  testWith('promtool', 'serves a page that promtool reads, and finds nothing wrong with', async () => {
    const page = await (await fetch(sidecar.metrics)).text();
    expect([promtoolFault(page), promtoolFindings(page)]).toEqual([undefined, '']);
  });

  testWith('python-openmetrics', "serves a page that Python's strict parser reads", async () => {
    const headers = { accept: 'application/openmetrics-text; version=1.0.0' };
    const families = parseByPython(await (await fetch(sidecar.metrics, { headers })).text());
    const names = families.map(([name]) => name);
    expect(names).toContain('http_server_request_duration_seconds');
    expect(names).toContain('resiliency_circuit_breaker_state');
  });

  testWith(
    'prometheus',
    'is scraped by a real Prometheus, whose query returns the recorded numbers',
    async () => {
      const prometheus = await PrometheusServer.start(new URL(sidecar.metrics), '2s');
      try {
        expect(await prometheus.scraped()).toMatchObject({ health: 'up', lastError: '' });
        const [requests] = await prometheus.query(`http_server_requests_total{path="${stock}",status="200"}`);
        expect(requests.metric).toMatchObject({ method: 'GET', path: stock, status: '200', job: 'oriel' });
        expect(requests.value[1]).toBe('7');
        const [buckets] = await prometheus.query(
          `http_server_request_duration_seconds_bucket{path="${stock}",status="200",le="+Inf"} == ignoring(le) http_server_request_duration_seconds_count`,
        );
        expect(buckets.value[1]).toBe('7');
        const operations = await prometheus.query('sum by (operation) (component_state_operations_total)', 3);
        const byName = Object.fromEntries(
          operations.map(({ metric, value }) => [metric.operation, Number(value[1])]),
        );
        expect(byName).toMatchObject({ set: 3, delete: 1 });
        const [calls] = await prometheus.query('http_client_requests_total{path="/stock"}');
        expect(calls.value[1]).toBe('7');
        expect((await prometheus.query('process_resident_memory_bytes > 1e6')).length).toBe(1);
        expect(await prometheus.metadata('http_server_request_duration_seconds')).toMatchObject({
          type: 'histogram',
        });
      } finally {
        await prometheus.stop();
      }
    },
    90_000,
  );
});

testWith(
  'prometheus',
  'every query of the README of the sidecar example answers with numbers',
  async () => {
    const readme = readFileSync(new URL('../../examples/run-sidecar/README.md', import.meta.url), 'utf8');
    const queries = [...readme.matchAll(/^```promql\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
      block.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
    );
    expect(queries.length).toBeGreaterThanOrEqual(3);
    const sidecar = await startSidecar('--rate=500');
    const prometheus = await PrometheusServer.start(new URL(sidecar.metrics), '2s');
    try {
      for (const query of queries) {
        const samples = await prometheus.query(query);
        expect(samples.length, query).toBeGreaterThan(0);
        for (const { value } of samples) expect(Number(value[1]), query).toBeGreaterThanOrEqual(0);
      }
    } finally {
      await prometheus.stop();
      await sidecar.stop();
    }
  },
  120_000,
);

describe('the sidecar example as a program', { timeout: 120_000 }, () => {
  test('ends on SIGTERM by itself, traffic and all', async () => {
    const sidecar = await startSidecar();
    expect(await sidecar.stop()).toBe(0);
  });

  test('opens no metrics port with --enable-metrics=false', async () => {
    const sidecar = await startSidecar('--enable-metrics=false', '--no-traffic');
    expect(sidecar.metrics).toBe('/metrics');
    expect((await fetch(`${sidecar.api}/v1.0/healthz`)).status).toBe(204);
    expect(await sidecar.stop()).toBe(0);
  });
});

async function answered(url: string, method = 'GET', body?: string): Promise<void> {
  const response = await fetch(url, { method, body });
  await response.arrayBuffer();
}
