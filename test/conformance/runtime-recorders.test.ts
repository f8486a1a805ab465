import { Registry } from '@oriel/metrics';
import { type GrpcRecorder, grpcServerInterceptor } from '@oriel/views-grpc';
import type { HttpRecorder } from '@oriel/views-http';
import { runtimeMetrics } from '@oriel/views-runtime';
import { expect, test } from 'vitest';

test('the recorders of a runtime are those that the HTTP and gRPC packages take', () => {
  const runtime = runtimeMetrics({ registry: new Registry(), appId: 'shop' });
  const http: HttpRecorder = runtime.http.recorder();
  const recorder: GrpcRecorder = runtime.grpc.recorder();
  expect(http.server).toBeTypeOf('function');
  expect(grpcServerInterceptor({ recorder })).toBeTypeOf('function');
  runtime.stop();
});
