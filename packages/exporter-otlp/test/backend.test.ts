import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { ServerCredentials } from '@grpc/grpc-js';
import { type Exporter, newExporter } from '@oriel/exporter';
import { Counter, Desc, Gauge, Histogram, Registry, Summary } from '@oriel/metrics';
import {
  httpDestination,
  type LogLines,
  logLines,
  manualClock,
  type Row,
  rowsOf,
  rowsOfSnapshot,
} from '@oriel/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Certificates } from '../../../test/support/certificates.ts';
import { otlp } from '../src/index.ts';
import { GrpcDestination } from './grpc-destination.ts';
import { decoded, takeRows } from './http-receiver.ts';
import { decodeProtobuf, partialSuccess } from './otlp-messages.ts';
import { labelsOf, rowsOfRequest } from './received-rows.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
});

interface Started {
  readonly exporter: Exporter;
  readonly registry: Registry;
  readonly log: LogLines;
}

async function start(
  target: string,
  settings: Record<string, unknown> = {},
  registry: Registry = new Registry(),
  env: Record<string, string> = {},
): Promise<Started> {
  const log = logLines();
  const exporter = newExporter('', {
    registry,
    logger: log,
    env,
    backends: [otlp],
    exporters: [target],
    backendSettings: { otlp: settings },
    onStartError: 'throw',
  });
  await exporter.init();
  closing.push(() => exporter.shutdown());
  return { exporter, registry, log };
}

async function receiver() {
  const destination = await httpDestination();
  closing.push(() => destination.close());
  return destination;
}

async function grpcReceiver(credentials?: ServerCredentials) {
  const destination = await GrpcDestination.open(credentials);
  closing.push(() => destination.close());
  return destination;
}

const jobs = (registry: Registry): Counter => registry.getOrRegister(new Counter({ name: 'jobs_total' }));

describe('otlp', () => {
  test('tells the resource: of variables and settings, with the service named even where nobody did', async () => {
    const { url, take } = await receiver().then((each) => ({ url: each.url, take: () => each.take() }));
    const registry = new Registry();
    jobs(registry).inc();
    const target = new Desc({ name: 'target', type: 'info', labelNames: ['host.name', 'zone'] });
    registry.register({ describe: () => [target], collect: (out) => out.info(target, ['h1', 'told']) });
    const resource = async (settings: Record<string, unknown>, env: Record<string, string>) => {
      const { exporter } = await start('otlp', { endpoint: url, ...settings }, registry, env);
      await exporter.forceFlush();
      await exporter.shutdown();
      const [request] = take();
      return labelsOf(decoded(request).resourceMetrics[0].resource.attributes);
    };
    expect(await resource({}, {})).toEqual({
      'service.name': 'unknown_service:node',
      'host.name': 'h1',
      zone: 'told',
    });
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'zone=a,service.version=1', OTEL_SERVICE_NAME: 'shop' };
    expect(await resource({ resourceAttributes: { zone: 'b' } }, env)).toEqual({
      'service.name': 'shop',
      'service.version': '1',
      'host.name': 'h1',
      zone: 'b',
    });
  });

  test('sends headers of settings, variables and the user of a URL', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=a,x-zone=b');
    const destination = await receiver();
    const { exporter, registry } = await start(`otlp+http://me:secret@127.0.0.1:${destination.port}`, {
      headers: { 'X-Zone': 'c' },
    });
    jobs(registry).inc();
    await exporter.forceFlush();
    expect(destination.take()[0].headers).toMatchObject({
      'x-tenant': 'a',
      'x-zone': 'c',
      authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`,
      'content-type': 'application/x-protobuf',
    });
  });

  test('compresses as the setting says, also one in the query of its URL', async () => {
    const destination = await receiver();
    const { exporter, registry } = await start(`otlp+http://127.0.0.1:${destination.port}?compression=gzip`);
    jobs(registry).add(3);
    await exporter.forceFlush();
    const [{ headers, body }] = destination.take();
    expect(headers['content-encoding']).toBe('gzip');
    expect(rowsOfRequest(decodeProtobuf(gunzipSync(body)))).toContainEqual(
      expect.objectContaining({ name: 'jobs_total', value: 3 }),
    );
  });

  test('takes everything from the variables of OpenTelemetry where settings say nothing', async () => {
    const destination = await receiver();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', destination.url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta');
    const { exporter, registry } = await start('otlp');
    for (const value of [3, 2]) {
      jobs(registry).add(value);
      await exporter.forceFlush();
    }
    const requests = destination.take();
    expect(requests.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'application/json',
    ]);
    const values = requests.flatMap((each) => rowsOfRequest(decoded(each)));
    expect(values.filter(({ name }) => name === 'jobs_total').map(({ value }) => value)).toEqual([3, 2]);
  });

  test('writes NaN and infinities of JSON as texts, never as null', async () => {
    const destination = await receiver();
    const { exporter, registry } = await start('otlp', { endpoint: destination.url, protocol: 'http/json' });
    const gauge = registry.getOrRegister(new Gauge({ name: 'odd', labelNames: ['is'] }));
    gauge.set(Number.NaN, { is: 'nan' });
    gauge.set(Number.NEGATIVE_INFINITY, { is: 'low' });
    const wait = new Desc({ name: 'wait', type: 'histogram' });
    const data = { count: 1, sum: Number.POSITIVE_INFINITY, buckets: [] };
    registry.register({ describe: () => [wait], collect: (out) => out.histogram(wait, data) });
    await exporter.forceFlush();
    const [request] = destination.take();
    expect(request.body.toString()).toContain('"asDouble":"NaN"');
    expect(request.body.toString()).toContain('"asDouble":"-Infinity"');
    const rows = rowsOfRequest(decoded(request)).filter(({ name }) => !name.startsWith('oriel_'));
    expect(rows.map(({ name, labels, value, sum }) => [name, labels.is, value ?? sum])).toEqual([
      ['odd', 'nan', Number.NaN],
      ['odd', 'low', Number.NEGATIVE_INFINITY],
      ['wait', undefined, Number.POSITIVE_INFINITY],
    ]);
  });

  test('counts and logs what the receiver took only a part of', async () => {
    const answer = () => ({ body: partialSuccess(2, 'too old') });
    const destination = await httpDestination({ answer });
    closing.push(() => destination.close());
    const { exporter, registry, log } = await start('otlp', { endpoint: destination.url });
    jobs(registry).inc();
    for (let i = 0; i < 2; i++) await exporter.forceFlush();
    expect(log.messages('warn').filter((line) => line.includes('too old'))).toHaveLength(1);
    const snapshot = await registry.gather();
    expect(rowsOf(snapshot)).toContainEqual(
      expect.objectContaining({
        name: 'oriel_exporter_push_dropped_series_total',
        labels: { backend: 'otlp', cause: 'rejected' },
        value: 4,
      }),
    );
  });

  test('tells pushes, bytes and failures by cause among the metrics of the registry', async () => {
    const destination = await receiver();
    const { exporter, registry } = await start('otlp', { endpoint: destination.url });
    jobs(registry).inc();
    await exporter.forceFlush();
    const bytes = destination.take()[0].body.length;
    await destination.behave('refuse');
    await exporter.forceFlush().catch(() => undefined);
    const own = (await registry.gather()).families.flatMap((family) =>
      rowsOfSnapshot({ ...empty, families: [family] }),
    );
    const value = (name: string, labels: object) =>
      own.find((row) => row.name === name && JSON.stringify(row.labels) === JSON.stringify(labels))?.value;
    expect(value('oriel_exporter_push_sent_bytes_total', { backend: 'otlp' })).toBe(bytes);
    expect(value('oriel_exporter_pushes_total', { backend: 'otlp', result: 'success' })).toBe(1);
    expect(value('oriel_exporter_push_failures_total', { backend: 'otlp', cause: 'refused' })).toBe(1);
  });

  test('goes by TLS with an authority and a certificate of its own, over HTTP and gRPC', async () => {
    using certificates = new Certificates();
    const server = certificates.make({ name: 'server' });
    const client = certificates.make({ name: 'client' });
    const tls = { tlsCa: certificates.caFile, tlsCert: client.cert, tlsKey: client.keyFile };
    const requests: Buffer[] = [];
    const secure = createServer({
      ...server,
      ca: certificates.ca,
      requestCert: true,
      rejectUnauthorized: true,
    });
    secure.on('request', async (request, response) => {
      for await (const part of request) requests.push(part as Buffer);
      response.end();
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    closing.push(() => secure.close());
    const { port } = secure.address() as AddressInfo;
    const http = await start(`otlp+https://127.0.0.1:${port}`, tls);
    jobs(http.registry).add(2);
    await http.exporter.forceFlush();
    expect(rowsOfRequest(decodeProtobuf(Buffer.concat(requests)))[0]).toMatchObject({ value: 2 });

    const pair = { private_key: Buffer.from(server.key), cert_chain: Buffer.from(server.cert) };
    const destination = await grpcReceiver(
      ServerCredentials.createSsl(Buffer.from(certificates.ca), [pair], true),
    );
    const grpc = await start(`otlp+grpcs://127.0.0.1:${destination.port}`, {
      ...tls,
      headers: { 'X-Tenant': 'a' },
    });
    jobs(grpc.registry).add(5);
    await grpc.exporter.forceFlush();
    expect(rowsOfRequest(decodeProtobuf(destination.take()[0]))[0]).toMatchObject({ value: 5 });
    expect(destination.metadata?.get('x-tenant')).toEqual(['a']);
  });

  test('sends nothing to a receiver whose certificate nobody it trusts has signed, unless told to', async () => {
    using certificates = new Certificates();
    const { key, cert } = certificates.make({ name: 'server', stranger: true });
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
    const destination = await grpcReceiver(ServerCredentials.createSsl(null, [pair]));
    const strict = await start(`otlp+grpcs://127.0.0.1:${destination.port}`, { tlsCa: certificates.caFile });
    jobs(strict.registry).inc();
    await strict.exporter.forceFlush();
    expect(strict.exporter.backends()[0].state).toBe('failed');
    expect(destination.take()).toEqual([]);
    const loose = await start(`otlp+grpcs://127.0.0.1:${destination.port}`, { tlsInsecure: true });
    jobs(loose.registry).inc();
    await loose.exporter.forceFlush();
    expect(destination.take()).toHaveLength(1);
  });

  test('breaks off within the time for a shutdown, so that nobody has to leave it behind', async () => {
    const destination = await receiver();
    const [clock, logger] = [manualClock(), logLines()];
    const settings = { clock, logger, env: {}, backends: [otlp], shutdownTimeoutMs: 1000 };
    const exporters = [`otlp+http://127.0.0.1:${destination.port}`];
    const registry = new Registry();
    jobs(registry).inc();
    const exporter = newExporter('', { ...settings, registry, exporters });
    await exporter.init();
    await destination.behave('hang');
    const since = clock.now();
    const ended = exporter.shutdown();
    await vi.waitUntil(() => destination.attempts === 1);
    await clock.advance(800);
    await ended;
    expect([clock.now() - since, clock.pending]).toEqual([800, 0]);
  });

  test.each([
    [{ endpoint: 'host:4318' }, /setting "endpoint"/],
    [{ headers: { 'content-type': 'x' } }, /setting "headers"/],
    [{ maxPoints: 0 }, /setting "maxPoints"/],
    [{ tlsCert: '-----BEGIN' }, /setting "tlsKey".*set both/],
    [{ tlsCa: '/nowhere/ca.pem' }, /file "\/nowhere\/ca.pem"/],
    [{ intervall: 5 }, /no such setting/],
  ])('refuses %j before anything is sent', async (settings, message) => {
    await expect(start('otlp', settings)).rejects.toThrow(message);
  });
});

const empty = { time: 0, families: [], errors: [] };

/** Rows that programs recorded, by series: whatever can be told of them over OTLP. */
function recordedRows(rows: readonly Row[]): Record<string, unknown> {
  const own = rows.filter(({ name }) => !name.startsWith('oriel_'));
  return Object.fromEntries(
    own.map(({ name, labels, value, count, sum, buckets, exponential, quantiles }) => {
      const { zeroThreshold: _, ...spread } = exponential ?? { zeroThreshold: 0 };
      const numbers = { value, count, sum, buckets, spread, quantiles };
      return [`${name} ${JSON.stringify(Object.entries(labels).sort())}`, JSON.stringify(numbers)];
    }),
  );
}

describe.each([
  ['http/protobuf', 'none'],
  ['http/json', 'gzip'],
  ['grpc', 'gzip'],
] as const)('otlp by %s', (protocol, compression) => {
  test('delivers every number that was recorded, over restarts of either side', async () => {
    const destination = protocol === 'grpc' ? await grpcReceiver() : await receiver();
    const take = (): Row[] =>
      destination instanceof GrpcDestination
        ? destination.take().flatMap((body) => rowsOfRequest(decodeProtobuf(body)))
        : takeRows(destination);
    const registry = new Registry();
    const record = recorders(registry);
    const settings = {
      endpoint: `http://127.0.0.1:${destination.port}`,
      protocol,
      compression,
      maxPoints: 50,
    };
    for (let life = 0; life < 3; life++) {
      const { exporter } = await start('otlp', settings, registry);
      for (let i = 0; i < 500; i++) record(life * 500 + i);
      if (life === 1) {
        await destination.behave('absent');
        await exporter.forceFlush();
        await destination.behave('well');
      }
      take();
      const recorded = recordedRows(rowsOfSnapshot(await registry.gather()));
      await exporter.shutdown();
      const arrived = recordedRows(take());
      expect(Object.keys(arrived)).toHaveLength(400);
      expect(arrived).toEqual(recorded);
    }
  });
});

function recorders(registry: Registry): (i: number) => void {
  const options = { labelNames: ['shard'] as const };
  const counter = registry.getOrRegister(new Counter({ name: 'jobs_total', ...options }));
  const gauge = registry.getOrRegister(new Gauge({ name: 'depth', ...options }));
  const histogram = registry.getOrRegister(
    new Histogram({ name: 'wait', buckets: [1, 10, 100], ...options }),
  );
  const exponential = registry.getOrRegister(
    new Histogram({ name: 'latency', exponential: { schema: 3 }, ...options }),
  );
  const summary = registry.getOrRegister(
    new Summary({ name: 'size', objectives: { 0.5: 0.01 }, ...options }),
  );
  return (i) => {
    const shard = `s"${i % 80}\n`;
    counter.add(i / 3, { shard });
    gauge.set(-i, { shard });
    histogram.observe(i / 7, { shard });
    exponential.observe(i / 7, { shard });
    summary.observe(i, { shard });
  };
}
