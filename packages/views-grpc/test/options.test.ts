import { MetricsError, Registry } from '@oriel/metrics';
import { Stats, tagFilter } from '@oriel/stats';
import { expect, test } from 'vitest';
import {
  type GrpcClientInterceptorOptions,
  type GrpcServerInterceptorOptions,
  grpcClientInterceptor,
  grpcServerInterceptor,
  grpcServerViews,
} from '../src/index.ts';

test.each([
  ['methodLimit', 0],
  ['methodLimit', 1.5],
  ['methodLimit', Number.NaN],
  ['methodLimit', '10'],
  ['recorder', {}],
  ['recorder', 7],
  ['recorder', null],
  ['receiveTags', 'yes'],
  ['methodTag', 1],
  ['sendServerLatency', 'no'],
])('grpcServerInterceptor() refuses %s %j and says what to use', (option, value) => {
  expectRefusal(() => grpcServerInterceptor({ [option]: value } as GrpcServerInterceptorOptions), option);
});

test.each([
  ['methodLimit', -1],
  ['recorder', 'x'],
  ['sendTags', {}],
])('grpcClientInterceptor() refuses %s %j and says what to use', (option, value) => {
  expectRefusal(() => grpcClientInterceptor({ [option]: value } as GrpcClientInterceptorOptions), option);
});

test('what an option may be is taken', () => {
  const stats = new Stats({ registry: new Registry() });
  const none = tagFilter([]);
  grpcServerInterceptor({
    stats,
    receiveTags: none,
    methodLimit: Number.POSITIVE_INFINITY,
    methodTag: false,
  });
  grpcClientInterceptor({ stats, sendTags: none, methodLimit: 1 });
});

test('a measure that somebody else defined under one of the names is a conflict when the interceptor is made', () => {
  const stats = new Stats({ registry: new Registry() });
  stats.measureDouble({ name: 'grpc.io/server/started_rpcs', unit: 's' });
  for (const make of [() => grpcServerInterceptor({ stats }), () => grpcServerViews(stats)]) {
    expect(make).toThrow(expect.objectContaining({ code: 'MEASURE_CONFLICT' }));
  }
});

function expectRefusal(make: () => unknown, option: string): void {
  expect(make).toThrow(MetricsError);
  expect(make).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  expect(make).toThrow(new RegExp(`^Cannot make gRPC (client|server) interceptor: ${option} is .*; use `));
}
