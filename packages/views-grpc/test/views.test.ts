import { Registry } from '@oriel/metrics';
import { Stats, type View } from '@oriel/stats';
import { expect, test } from 'vitest';
import {
  grpcClientExtraViews,
  grpcClientMeasures,
  grpcClientViews,
  grpcFaultViews,
  grpcServerExtraViews,
  grpcServerMeasures,
  grpcServerViews,
} from '../src/index.ts';

// OpenCensus's tables, written out here a second time.
const S = [
  1024, 2048, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824,
  4294967296,
];
const L = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650,
  800, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
];
const G = [0.01, 0.05, 0.1, 0.3, 0.6, 0.8, ...L];
const C = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

const stats = new Stats({ registry: new Registry() });

test.each([
  ['client', grpcClientMeasures(stats), ['roundtrip_latency', 'server_latency']],
  ['server', grpcServerMeasures(stats), ['server_latency']],
] as const)('the measures of a %s have the names, kinds and units of OpenCensus', (side, measures, times) => {
  const whole = ['started_rpcs', 'sent_messages_per_rpc', 'received_messages_per_rpc'];
  const bytes = ['sent_bytes_per_rpc', 'received_bytes_per_rpc'];
  const expected = [
    ...[...whole, 'sent_messages_per_method', 'received_messages_per_method'].map((n) => [n, 'int64', '1']),
    ...[...bytes, 'sent_bytes_per_method', 'received_bytes_per_method'].map((n) => [n, 'int64', 'By']),
    ...times.map((n) => [n, 'double', 'ms']),
  ].map(([name, kind, unit]) => [`grpc.io/${side}/${name}`, kind, unit]);
  const found = Object.values(measures).map(({ name, kind, unit }) => [name, kind, unit]);
  expect(found.sort()).toEqual(expected.sort());
  for (const [name, measure] of Object.entries(measures)) {
    expect(measure.name).toBe(`grpc.io/${side}/${name}`);
    expect(measure.description).not.toBe('');
  }
});

const latencyOf = { client: 'roundtrip_latency', server: 'server_latency' } as const;

test.each([
  ['client', grpcClientViews(stats)],
  ['server', grpcServerViews(stats)],
] as const)('the default views of a %s are those of OpenCensus, name by name', (side, views) => {
  const [method, status] = [`grpc_${side}_method`, `grpc_${side}_status`];
  expect(table(views)).toEqual([
    ['completed_rpcs', latencyOf[side], 'count', undefined, [method, status]],
    ['received_bytes_per_rpc', 'received_bytes_per_rpc', 'distribution', S, [method]],
    ['received_messages_per_rpc', 'received_messages_per_rpc', 'distribution', C, [method]],
    ...(side === 'client' ? [['roundtrip_latency', 'roundtrip_latency', 'distribution', G, [method]]] : []),
    ['sent_bytes_per_rpc', 'sent_bytes_per_rpc', 'distribution', S, [method]],
    ['sent_messages_per_rpc', 'sent_messages_per_rpc', 'distribution', C, [method]],
    ...(side === 'server' ? [['server_latency', 'server_latency', 'distribution', G, [method]]] : []),
    ['started_rpcs', 'started_rpcs', 'count', undefined, [method]],
  ]);
  expect(views.every(({ name }) => name.startsWith(`grpc.io/${side}/`))).toBe(true);
});

test.each([
  ['client', grpcClientExtraViews(stats)],
  ['server', grpcServerExtraViews(stats)],
] as const)('the extra views of a %s are those that OpenCensus leaves off', (side, views) => {
  const keys = [`grpc_${side}_method`];
  expect(table(views)).toEqual([
    ['received_bytes_per_method', 'received_bytes_per_method', 'sum', undefined, keys],
    ['received_messages_per_method', 'received_messages_per_method', 'count', undefined, keys],
    ['sent_bytes_per_method', 'sent_bytes_per_method', 'sum', undefined, keys],
    ['sent_messages_per_method', 'sent_messages_per_method', 'count', undefined, keys],
    ...(side === 'client' ? [['server_latency', 'server_latency', 'distribution', G, keys]] : []),
  ]);
});

test('all views of both sides can be registered together, twice, and leave again', async () => {
  const registry = new Registry();
  const own = new Stats({ registry });
  const all = () => [
    ...[...grpcServerViews(own), ...grpcServerExtraViews(own)],
    ...[...grpcClientViews(own), ...grpcClientExtraViews(own), ...grpcFaultViews(own)],
  ];
  own.registerViews(...all());
  own.registerViews(...all());
  expect(own.views()).toHaveLength(24);
  const watched = own.measures().filter(({ views }) => views === 0);
  expect(watched.map(({ measure }) => measure.name)).toEqual([]);
  expect(own.unregisterViews(...all())).toBe(24);
  expect((await registry.gather()).families).toEqual([]);
});

function table(views: readonly View[]): unknown[] {
  return views
    .map(({ name, measure, aggregation, tagKeys }) => [
      name.split('/')[2],
      measure.name.split('/')[2],
      aggregation.kind,
      aggregation.kind === 'distribution' ? aggregation.bounds : undefined,
      tagKeys,
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
