import { Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';
import { expect, test } from 'vitest';
import { type RuntimeMetricsOptions, runtimeMetrics } from '../src/index.ts';
import { fresh } from './fresh-runtime.ts';

test.each([
  [{ appId: '' }, 'ARGUMENT_INVALID', 'appId is ""; use the id of the app'],
  [{ appId: undefined }, 'ARGUMENT_INVALID', 'appId is undefined; use the id of the app'],
  [{ profile: 'prometheus' }, 'ARGUMENT_INVALID', 'profile is "prometheus"; use "dapr" or "default"'],
  [{ namespace: 7 }, 'ARGUMENT_INVALID', 'namespace is 7 (number); use a string'],
  [{ parts: ['htpp'] }, 'ARGUMENT_INVALID', 'parts is "htpp"; use some of service, http'],
  [{ parts: 'http' }, 'ARGUMENT_INVALID', 'parts is "http"; use a list of parts'],
  [{ recordErrorCodes: 'yes' }, 'ARGUMENT_INVALID', 'recordErrorCodes is "yes"; use true or false'],
  [{ seriesLimit: 0 }, 'ARGUMENT_INVALID', 'seriesLimit is 0 (number); use a whole number'],
  [
    { latencyBuckets: [5, 1] },
    'BOUNDS_NOT_RISING',
    'latencyBuckets: bound 1 is 1, after 5; bounds must rise',
  ],
  [{ latencyBuckets: [-1, 1] }, 'ARGUMENT_INVALID', 'latencyBuckets begins with -1 ms'],
  [{ workflowLatencyBuckets: [Number.NaN] }, 'BOUND_NOT_FINITE', 'workflowLatencyBuckets: bound 0'],
  [{ http: { pathMatching: ['/{a'] } }, 'PATH_PATTERN_INVALID', '/{a'],
])('options %j are refused: %s', (options, code, message) => {
  const given = { appId: 'a', registry: new Registry(), ...options } as RuntimeMetricsOptions;
  expect(() => runtimeMetrics(given)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test('stats without registry is refused where the state set has no place, and only there', () => {
  const stats = new Stats({ registry: new Registry() });
  expect(() => runtimeMetrics({ appId: 'a', stats })).toThrow('pass the registry that stats was made with');
  runtimeMetrics({ appId: 'a', stats, profile: 'dapr' }).stop();
  runtimeMetrics({ appId: 'a', stats, parts: ['http'] }).stop();
});

test('latency bounds are those given; workflow executions may have others, the rest of workflows not', () => {
  const { stats } = fresh({
    profile: 'dapr',
    latencyBuckets: [5, 50, 500, 5000],
    workflowLatencyBuckets: [7, 42, 999],
  });
  const boundsOf = (name: string): unknown => {
    const aggregation = stats.findView(name)?.aggregation;
    return aggregation?.kind === 'distribution' ? aggregation.bounds : undefined;
  };
  expect(boundsOf('http/server/latency')).toEqual([5, 50, 500, 5000]);
  for (const name of ['execution', 'activity/execution'])
    expect(boundsOf(`runtime/workflow/${name}/latency`)).toEqual([7, 42, 999]);
  for (const name of ['operation/latency', 'scheduling/latency', 'attestation/verify/latency'])
    expect(boundsOf(`runtime/workflow/${name}`)).toEqual([5, 50, 500, 5000]);
  expect(boundsOf('http/server/request_bytes')).toHaveLength(13);
  expect(boundsOf('runtime/workflow/payload/size_ratio')).toHaveLength(10);
});

test.each([undefined, []])(
  'latencyBuckets %j stand for the 34 of the reference, and workflows follow',
  (latencyBuckets) => {
    const { stats } = fresh({ profile: 'dapr', latencyBuckets, workflowLatencyBuckets: [] });
    for (const name of ['http/server/latency', 'runtime/workflow/execution/latency']) {
      const aggregation = stats.findView(name)?.aggregation;
      expect(aggregation?.kind === 'distribution' && aggregation.bounds.length).toBe(34);
    }
  },
);

test('error codes and response counts are there only where they are asked for', () => {
  const { stats } = fresh({ profile: 'dapr' });
  expect([stats.findView('error_code/total'), stats.findView('http/server/response_count')]).toEqual([
    undefined,
    undefined,
  ]);
  const more = fresh({ profile: 'dapr', recordErrorCodes: true, http: { increasedCardinality: true } });
  expect(more.stats.findView('error_code/total')).toBeDefined();
  expect(more.stats.findView('http/server/response_count')).toBeDefined();
});
