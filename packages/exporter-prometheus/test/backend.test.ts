import { once } from 'node:events';
import { createServer } from 'node:net';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type Exporter, type ExporterConfig, type Logger, newExporter } from '@oriel/exporter';
import { Counter, Desc, Registry } from '@oriel/metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { prometheus } from '../src/backend.ts';
import { ask } from './http-client.ts';
import { runProgram } from './run-program.ts';

/** Keeps what is logged. */
class Log implements Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(_: object, message: string): void {
    this.lines.push(message);
  }
  error(_: object, message: string): void {
    this.lines.push(message);
  }
}

const running: Exporter[] = [];
afterEach(async () => {
  for (const exporter of running.splice(0)) await exporter.shutdown();
});

function jobs(): Registry {
  const registry = new Registry();
  const counter = new Counter({ name: 'jobs_total', help: 'Jobs.' });
  registry.register(counter);
  counter.add(3);
  return registry;
}

async function started(config: ExporterConfig = {}, namespace = 'shop'): Promise<Exporter> {
  const exporter = newExporter(namespace, {
    registry: jobs(),
    backends: [prometheus],
    metricsPort: 0,
    metricsListenAddress: '127.0.0.1',
    logger: new Log(),
    env: {},
    ...config,
  });
  running.push(exporter);
  await exporter.init();
  return exporter;
}

function settings(prometheusSettings: Record<string, unknown>): ExporterConfig {
  return { backendSettings: { prometheus: prometheusSettings }, onStartError: 'throw' };
}

function urlOf(exporter: Exporter, path = '/metrics'): string {
  return `http://127.0.0.1:${exporter.options().metricsPort}${path}`;
}

async function lines(exporter: Exporter, path?: string): Promise<string[]> {
  return (await ask(urlOf(exporter, path))).text.split('\n');
}

describe('the backend prometheus', () => {
  test('serves the registry under the namespace, and standard metrics under their own names', async () => {
    const page = await lines(await started());
    expect(page).toContain('shop_jobs_total 3');
    expect(page.some((line) => /^process_cpu_seconds_total \d/.test(line))).toBe(true);
    expect(page.some((line) => /^nodejs_version_info\{/.test(line))).toBe(true);
    expect(page.some((line) => /^nodejs_eventloop_utilization/.test(line))).toBe(true);
    expect(page).toContain('promhttp_metric_handler_requests_total{code="200"} 0');
    expect(page.filter((line) => /^shop_(process|nodejs|promhttp|oriel)_/.test(line))).toEqual([]);
    expect(page.some((line) => /^oriel_exporter_backend_up\{backend="prometheus"\} 1/.test(line))).toBe(true);
  });

  test('serves names as they are without a namespace', async () => {
    expect(await lines(await started({}, ''))).toContain('jobs_total 3');
  });

  test('filters by the names that the page shows', async () => {
    const page = await lines(await started(), '/metrics?name[]=shop_jobs_total&name[]=jobs_total');
    expect(page).toEqual([
      '# HELP shop_jobs_total Jobs.',
      '# TYPE shop_jobs_total counter',
      'shop_jobs_total 3',
      '',
    ]);
  });

  test('tells the port it got, when the process began, and its namespace to a browser', async () => {
    const exporter = await started();
    expect(exporter.backends()[0].bound).toEqual({
      address: '127.0.0.1',
      port: exporter.options().metricsPort,
    });
    const { headers } = await ask(urlOf(exporter));
    expect(Number(headers['process-start-time-unix'])).toBe(Math.floor(performance.timeOrigin / 1000));
    expect((await ask(urlOf(exporter, '/'), { headers: { accept: 'text/html' } })).text).toMatch(
      'shop metrics',
    );
  });

  test('takes address and path from its URL, and from the options what that leaves out', async () => {
    const exporter = await started({
      exporters: ['prometheus://[::1]:0/here'],
      metricsListenAddress: '192.0.2.1',
    });
    const port = exporter.options().metricsPort;
    expect((await ask(`http://[::1]:${port}/here`)).status).toBe(200);
    expect((await ask(`http://[::1]:${port}/metrics`)).status).toBe(404);
    const other = await started({ exporters: ['prometheus://127.0.0.1'], metricsPath: '/there' });
    expect((await ask(urlOf(other, '/there'))).status).toBe(200);
  });

  test.each(['prometheus://user:secret@127.0.0.1', 'prometheus://127.0.0.1/?x=1'])(
    'refuses %s',
    async (url) => {
      await expect(started({ exporters: [url], onStartError: 'throw' })).rejects.toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', message: expect.not.stringContaining('secret') }),
      );
    },
  );

  test('leaves out what its settings switch off', async () => {
    const exporter = await started(
      settings({ defaultCollectors: false, openTelemetry: false, compression: false }),
    );
    expect((await lines(exporter)).filter((line) => /^(process|nodejs)_/.test(line))).toEqual([]);
    const answer = await ask(urlOf(exporter), { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    [
      'compresion',
      true,
      'the backend has no such setting; use defaultCollectors, openTelemetry, translation',
    ],
    ['created', 'yes', 'use true or false'],
    ['translation', 'Loud', 'use one of UnderscoreEscapingWithSuffixes'],
    ['maxConcurrentScrapes', -1, 'use an integer from 0 to 1000000'],
    ['openTelemetry', {}, 'use true, false or, from code, a MetricReader'],
    ['__proto__', 1, 'the backend has no such setting'],
  ])('refuses setting %s: %j', async (name, value, message) => {
    const given = JSON.parse(`{"${name}":${JSON.stringify(value)}}`);
    await expect(started(settings(given))).rejects.toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(message) }),
    );
  });

  test('serves the siblings of a failing collector, counts the failure and logs it once', async () => {
    const registry = jobs();
    const desc = new Desc({ name: 'broken', type: 'gauge' });
    registry.register({
      describe: () => [desc],
      collect: () => {
        throw new Error('no contact');
      },
    });
    const logger = new Log();
    const exporter = await started({ registry, logger });
    await lines(exporter);
    const page = await lines(exporter);
    expect(page).toContain('shop_jobs_total 3');
    expect(page).toContain('promhttp_metric_handler_errors_total{cause="gathering"} 1');
    expect(page).toContain('oriel_collector_failures_total{cause="error",collector="broken"} 1');
    expect(logger.lines.filter((line) => line.includes('no contact')).length).toBe(1);
  });

  test('fails alone when its port is taken, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const registry = jobs();
    const exporter = await started({ metricsPort: port, registry });
    expect(exporter.backends()[0]).toMatchObject({ state: 'failed', error: { code: 'PORT_IN_USE' } });
    expect(metrics.setGlobalMeterProvider(new MeterProvider())).toBe(true);
    metrics.disable();
    taken.close();
  });

  test('leaves the registry as it found it, so that another exporter can follow', async () => {
    const registry = jobs();
    for (let round = 0; round < 2; round++) {
      const exporter = await started({ registry });
      const url = urlOf(exporter);
      expect((await ask(url)).text).toMatch('shop_jobs_total 3');
      await exporter.shutdown();
      await expect(ask(url)).rejects.toThrow(/ECONNREFUSED/);
      expect((await registry.gather()).families.map(({ name }) => name)).toEqual(['jobs_total']);
    }
  });
});

test('a program that has shut its exporter down has no timer or listener left, and ends', async () => {
  expect(await runProgram('export-and-stop')).toEqual({
    during: { timers: true, servers: 1 },
    after: { timers: false, servers: 0 },
  });
});

describe('the backend prometheus and OpenTelemetry', () => {
  test('serves what instruments of the global provider record, until it stops', async () => {
    const exporter = await started();
    metrics.getMeter('till', '1.2').createCounter('otel.calls', { unit: 'By' }).add(2, { 'a.b': 'x' });
    expect(await lines(exporter)).toContain(
      'otel_calls_bytes_total{a_b="x",otel_scope_name="till",otel_scope_version="1.2"} 2',
    );
    await exporter.shutdown();
    expect(metrics.setGlobalMeterProvider(new MeterProvider())).toBe(true);
    metrics.disable();
  });

  test('leaves a global provider that is there alone, and says so', async () => {
    const provider = new MeterProvider();
    metrics.setGlobalMeterProvider(provider);
    const logger = new Log();
    const exporter = await started({ logger });
    expect(metrics.getMeterProvider()).toBe(provider);
    expect(logger.lines.join()).toMatch('another one is set');
    await exporter.shutdown();
    expect(metrics.getMeterProvider()).toBe(provider);
    metrics.disable();
  });

  test('serves what a provider of the caller records, through its reader', async () => {
    const reader = new PrometheusExporter({ preventServerStart: true });
    const provider = new MeterProvider({ readers: [reader] });
    const exporter = await started(settings({ openTelemetry: reader }));
    provider.getMeter('own').createUpDownCounter('depth').add(4);
    expect(await lines(exporter)).toContain('depth{otel_scope_name="own"} 4');
    await exporter.shutdown();
    expect((await reader.collect()).errors).toEqual([]);
    await provider.shutdown();
  });
});
