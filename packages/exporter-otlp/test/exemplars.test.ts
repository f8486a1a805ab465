import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { newExporter } from '@oriel/exporter';
import { Counter, ExemplarSampler, Histogram, Registry } from '@oriel/metrics';
import { httpDestination, logLines, type Row } from '@oriel/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otlp } from '../src/index.ts';
import { GrpcDestination } from './grpc-destination.ts';
import { takeRows } from './http-receiver.ts';
import { decodeProtobuf } from './otlp-messages.ts';
import { rowsOfRequest } from './received-rows.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

async function grpc() {
  const destination = await GrpcDestination.open();
  const rows = (): Row[] => destination.take().flatMap((body) => rowsOfRequest(decodeProtobuf(body)));
  return { destination, rows, protocol: 'grpc' };
}

async function http() {
  const destination = await httpDestination();
  return { destination, rows: () => takeRows(destination), protocol: 'http/protobuf' };
}

test.each([
  ['http', http],
  ['grpc', grpc],
] as const)('otlp by %s tells a receiver once of the sampled span that was recorded in', async (_, open) => {
  const { destination, rows, protocol } = await open();
  const registry = new Registry();
  registry.useExemplars(new ExemplarSampler({ activeSpan: () => trace.getActiveSpan()?.spanContext() }));
  const jobs = registry.getOrRegister(new Counter({ name: 'jobs_total' }));
  const wait = registry.getOrRegister(new Histogram({ name: 'wait', buckets: [1, 10] }));
  const latency = registry.getOrRegister(new Histogram({ name: 'latency', exponential: {} }));
  const tracer = new BasicTracerProvider({ sampler: new AlwaysOnSampler() }).getTracer('test');
  const { traceId, spanId } = tracer.startActiveSpan('work', (span) => {
    jobs.add(2);
    wait.observe(5);
    latency.observe(7);
    span.end();
    return span.spanContext();
  });
  const endpoint = `http://127.0.0.1:${destination.port}`;
  const config = { registry, logger: logLines(), env: {}, backends: [otlp], exporters: ['otlp'] };
  const exporter = newExporter('', { ...config, backendSettings: { otlp: { endpoint, protocol } } });
  await exporter.init();
  await exporter.forceFlush();
  const labels = [
    { name: 'span_id', value: spanId },
    { name: 'trace_id', value: traceId },
  ];
  const exemplarsIn = (arrived: readonly Row[]) =>
    arrived.flatMap(({ name, exemplars = [] }) =>
      exemplars.map((one) => [name, one.value, one.labels] as const),
    );
  expect(exemplarsIn(rows())).toEqual([
    ['jobs_total', 2, labels],
    ['latency', 7, labels],
    ['wait', 5, labels],
  ]);
  await exporter.forceFlush();
  expect(exemplarsIn(rows())).toEqual([]);
  await exporter.shutdown();
  await destination.close();
});
