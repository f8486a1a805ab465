import { Registry } from '@oriel/metrics';
import { defaultStats, Stats, type View } from '@oriel/stats';
import { expect, test } from 'vitest';
import {
  HTTP_LATENCY_BOUNDS,
  HTTP_SIZE_BOUNDS,
  httpClientViews,
  httpServerViews,
  httpViews,
} from '../src/index.ts';

const sizes = [
  1024, 2048, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824,
  4294967296,
];
const latencies = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650,
  800, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
];
const server = ['http_server_method', 'http_server_route', 'http_server_status'];
const client = ['http_client_method', 'http_client_status'];

// Reference, "HTTP: spec and Node": view, measure, kind, unit, aggregation, tags.
const reference = [
  ['server/received_bytes', 'server/received_bytes', 'int64', 'By', sizes, server],
  ['server/sent_bytes', 'server/sent_bytes', 'int64', 'By', sizes, server],
  ['server/server_latency', 'server/server_latency', 'double', 'ms', latencies, server],
  ['server/completed_count', 'server/server_latency', 'double', 'ms', 'count', server],
  ['client/received_bytes', 'client/received_bytes', 'int64', 'By', sizes, client],
  ['client/sent_bytes', 'client/sent_bytes', 'int64', 'By', sizes, client],
  ['client/roundtrip_latency', 'client/roundtrip_latency', 'double', 'ms', latencies, client],
  ['client/completed_count', 'client/roundtrip_latency', 'double', 'ms', 'count', client],
] as const;

function shown({ name, measure, aggregation, tagKeys }: View): unknown[] {
  const prefix = 'opencensus.io/http/';
  return [
    name.replace(prefix, ''),
    measure.name.replace(prefix, ''),
    measure.kind,
    measure.unit,
    aggregation.kind === 'distribution' ? aggregation.bounds : aggregation.kind,
    tagKeys,
  ];
}

test('the default views are those of the reference, name by name', () => {
  const stats = new Stats({ registry: new Registry() });
  expect(httpViews(stats).map(shown)).toEqual(reference);
  expect([...httpServerViews(stats), ...httpClientViews(stats)].map(shown)).toEqual(reference);
  expect(httpViews(stats).every(({ name }) => name.startsWith('opencensus.io/http/'))).toBe(true);
});

test('bounds have the 13 sizes and 34 latencies of the reference', () => {
  expect([HTTP_SIZE_BOUNDS.length, HTTP_LATENCY_BOUNDS.length]).toEqual([13, 34]);
});

test('views are made as often as one likes, and registered once', async () => {
  const registry = new Registry();
  const stats = new Stats({ registry });
  stats.registerViews(...httpViews(stats));
  stats.registerViews(...httpViews(stats));
  for (const { measure } of httpViews(stats)) measure.record(1);
  const { families } = await registry.gather();
  expect(families.map(({ name, type, unit }) => [name.slice(19), type, unit])).toEqual([
    ['client/completed_count', 'counter', '1'],
    ['client/received_bytes', 'histogram', 'By'],
    ['client/roundtrip_latency', 'histogram', 'ms'],
    ['client/sent_bytes', 'histogram', 'By'],
    ['server/completed_count', 'counter', '1'],
    ['server/received_bytes', 'histogram', 'By'],
    ['server/sent_bytes', 'histogram', 'By'],
    ['server/server_latency', 'histogram', 'ms'],
  ]);
});

test('without a Stats the views are those of the default one', () => {
  const [view] = httpServerViews();
  expect(
    defaultStats()
      .measures()
      .map(({ measure }) => measure),
  ).toContain(view.measure);
});
