import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import type { Stats } from '@oriel/stats';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RuntimeMetrics, type RuntimeMetricsOptions, runtimeConfig } from '../src/index.ts';
import { distributionOf, type Fresh, fresh, rows } from './fresh-runtime.ts';

type Values = Readonly<Record<string, unknown>>;

/** A runtime under these fields of an operator's file. */
function configured(values: Values, options: RuntimeMetricsOptions = {}): Fresh & { warnings: unknown[] } {
  const set = fresh({ profile: 'dapr', ...options });
  const { issues, warnings, commit } = runtimeConfig(set.runtime).prepare(values);
  expect(issues).toEqual([]);
  commit();
  return { ...set, warnings: warnings.map(({ path, message }) => [path.join('.'), message]) };
}

function boundsOf(stats: Stats, name: string): readonly number[] | undefined {
  const aggregation = stats.runningViews().find((view) => view.name === name)?.aggregation;
  return aggregation?.kind === 'distribution' ? aggregation.bounds : undefined;
}

function runs(stats: Stats, name: string): boolean {
  return stats.runningViews().some((view) => view.name === name);
}

test('its fields are those of the views, and http, workflow, recordErrorCodes', () => {
  const { runtime } = fresh();
  expect(runtimeConfig(runtime).fields.map(({ name }) => name)).toEqual([
    'views',
    'tags',
    'rules',
    'latencyDistributionBuckets',
    'http',
    'workflow',
    'recordErrorCodes',
  ]);
});

test.each([true, false])(
  'the default of recordErrorCodes is what the program chose: %s',
  (recordErrorCodes) => {
    const { runtime } = fresh({ recordErrorCodes });
    const field = runtimeConfig(runtime).fields.find(({ name }) => name === 'recordErrorCodes');
    expect(field?.default).toBe(String(recordErrorCodes));
  },
);

test('what is no runtime is refused', () => {
  expect(() => runtimeConfig({} as RuntimeMetrics)).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});

describe('workflow bounds', () => {
  const execution = 'runtime/workflow/execution/latency';
  test.each([
    [{}, 34, []],
    [{ workflow: null }, 34, []],
    [{ workflow: { latencyDistributionBuckets: null } }, 34, []],
    [{ workflow: { latencyDistributionBuckets: [] } }, 34, []],
    [{ latencyDistributionBuckets: [1, 2], workflow: { latencyDistributionBuckets: [] } }, [1, 2], []],
    [{ workflow: { latencyDistributionBuckets: [7, 42, 999] } }, [7, 42, 999], []],
    [
      { workflow: { latencyDistributionBuckets: [1, 2, 5], latencyDistributionUnits: '1s' } },
      [1000, 2000, 5000],
      [],
    ],
    [
      { workflow: { latencyDistributionUnits: '1s' } },
      34,
      [['workflow.latencyDistributionUnits', 'there are no bounds for it; add latencyDistributionBuckets']],
    ],
    [
      { workflow: { latencyDistributionBuckets: [1, 2], latencyDistributionUnits: '0s' } },
      [1, 2],
      [['workflow.latencyDistributionUnits', 'milliseconds are used; use a duration above 0, such as "1s"']],
    ],
  ] as const)('%j', (values, wanted, warned) => {
    const { stats, warnings } = configured(values);
    const bounds = boundsOf(stats, execution);
    expect(typeof wanted === 'number' ? bounds?.length : bounds).toEqual(wanted);
    expect(boundsOf(stats, 'runtime/workflow/activity/execution/latency')).toEqual(bounds);
    expect(warnings).toEqual(warned);
  });

  test('they are for execution only, converted to seconds under the default profile', () => {
    const values = { workflow: { latencyDistributionBuckets: [7, 42, 999] } };
    const { stats } = configured(values, { profile: 'default' });
    expect(boundsOf(stats, 'runtime_workflow_execution_duration_seconds')).toEqual([0.007, 0.042, 0.999]);
    expect(boundsOf(stats, 'runtime_workflow_operation_duration_seconds')).toHaveLength(34);
  });

  test('an entry of views wins over them', () => {
    const { stats } = configured({
      workflow: { latencyDistributionBuckets: [1] },
      views: [{ name: execution, bounds: [3] }],
    });
    expect(boundsOf(stats, execution)).toEqual([3]);
  });
});

test('a list of latency bounds is for every latency, but not for sizes, ratios and triggers', () => {
  const { stats } = configured(
    { latencyDistributionBuckets: [5, 50, 500, 5000] },
    { parts: ['http', 'workflow', 'scheduler'] },
  );
  expect(boundsOf(stats, 'http/server/latency')).toEqual([5, 50, 500, 5000]);
  expect(boundsOf(stats, 'runtime/workflow/execution/latency')).toEqual([5, 50, 500, 5000]);
  expect(boundsOf(stats, 'http/server/request_bytes')).toHaveLength(13);
  expect(boundsOf(stats, 'runtime/workflow/payload/size_ratio')).toHaveLength(10);
  expect(boundsOf(stats, 'scheduler/trigger_latency')).toEqual([100, 500, 1000, 5000, 10_000]);
});

test('a value on a bound of the file belongs to it under the default profile too', () => {
  const { runtime, stats } = configured(
    { latencyDistributionBuckets: [13, 65, 650] },
    { profile: 'default' },
  );
  for (const elapsedMs of [13, 65, 650])
    runtime.component.state({ component: 'redis', operation: 'get', success: true, elapsedMs });
  expect(distributionOf(stats, 'component_state_operation_duration_seconds').buckets).toEqual([1, 1, 1, 0]);
});

describe.each(['dapr', 'default'] as const)('opt-ins under %s', (profile) => {
  const errorCodes = profile === 'dapr' ? 'error_code/total' : 'error_codes_total';
  const responses = profile === 'dapr' ? 'http/server/response_count' : 'http_server_responses_total';

  test('recordErrorCodes switches the count of error codes on and off again', () => {
    const { runtime, stats } = configured({ recordErrorCodes: true }, { profile });
    for (const code of ['A', 'A', 'B']) runtime.errorCode({ code, category: 'state' });
    expect(rows(stats, errorCodes)).toEqual([
      'app_id=shop category=state error_code=A 2',
      'app_id=shop category=state error_code=B 1',
    ]);
    runtimeConfig(runtime).prepare({}).commit();
    expect(runs(stats, errorCodes)).toBe(false);
  });

  test('recordErrorCodes: false takes away what the program wanted', () => {
    const { stats } = configured({ recordErrorCodes: false }, { profile, recordErrorCodes: true });
    expect(runs(stats, errorCodes)).toBe(false);
  });

  test('increased cardinality brings the response count, and the paths', () => {
    const { runtime, stats } = configured({ http: { increasedCardinality: true } }, { profile });
    runtime.http.server({ method: 'GET', path: '/v1.0/state/store/key', status: 200 });
    expect(rows(stats, responses)).toEqual(['app_id=shop method=GET path=/v1.0/state/store status=200 1']);
    runtimeConfig(runtime).prepare({}).commit();
    expect(runs(stats, responses)).toBe(false);
  });

  test('stop() takes away what the file had switched on, and the next file brings nothing back', () => {
    const { registry, runtime, stats } = configured({ recordErrorCodes: true }, { profile });
    const config = runtimeConfig(runtime);
    runtime.stop();
    expect(stats.runningViews()).toEqual([]);
    config.prepare({ recordErrorCodes: true, http: { increasedCardinality: true } }).commit();
    expect(stats.runningViews()).toEqual([]);
    return expect(registry.gather()).resolves.toMatchObject({ families: [], errors: [] });
  });
});

test('path patterns and verbs of the file hold at once, and their absence too', () => {
  const { runtime, stats } = configured({
    http: { pathMatching: ['/orders/{orderID}'], excludeVerbs: true },
  });
  runtime.http.client({ method: 'GET', path: 'orders/1', status: 200 });
  runtimeConfig(runtime).prepare({}).commit();
  runtime.http.client({ method: 'GET', path: 'orders/1', status: 200 });
  expect(rows(stats, 'http/client/completed_count')).toEqual([
    'app_id=shop method=GET status=200 1',
    'app_id=shop path=/orders/{orderID} status=200 1',
  ]);
});

test.each(['dapr', 'default'] as const)('a rule that names a metric of Dapr finds it under %s', (profile) => {
  const rule = (name: string): Values => ({
    name,
    labels: [{ name: 'workflow_name', regex: { other: 'wf-.+' } }],
  });
  const rules = [rule('dapr_runtime_workflow_execution_count'), rule('runtime/workflow/execution/latency')];
  const { runtime, stats, warnings } = configured({ rules }, { profile });
  for (let i = 0; i < 100; i++)
    runtime.workflow.workflowExecution({ workflow: `wf-${i}`, status: 'success', elapsedMs: 1 });
  const [count, latency] =
    profile === 'dapr'
      ? ['runtime/workflow/execution/count', 'runtime/workflow/execution/latency']
      : ['runtime_workflow_executions_total', 'runtime_workflow_execution_duration_seconds'];
  for (const name of [count, latency])
    expect(rows(stats, name)).toEqual(['app_id=shop namespace=prod status=success workflow_name=other 100']);
  expect(warnings).toEqual([]);
});

test.each(['dapr', 'default'] as const)('a rule that names a label of Dapr finds it under %s', (profile) => {
  const rules = [
    {
      name: 'dapr_grpc_io_server_completed_rpcs',
      labels: [
        { name: 'grpc_server_method', regex: { 'all of S': '.*S/.+' } },
        { name: 'grpc_server_status', regex: { FAILED: 'NOT_FOUND|INTERNAL' } },
      ],
    },
    {
      name: 'dapr_runtime_acl_app_policy_action_allowed_total',
      labels: [{ name: 'trustDomain', regex: { any: '.+' } }],
    },
    { name: 'http/server/request_count', labels: [{ name: 'status', regex: { '${1}xx': '^(.)..$' } }] },
  ];
  const { runtime, stats, warnings } = configured({ rules }, { profile });
  for (const status of ['NOT_FOUND', 'INTERNAL']) runtime.grpc.server({ method: `S/${status}`, status });
  runtime.service.accessDecided({
    ...{ rule: 'app', allowed: true, caller: 'cart' },
    ...{ callerNamespace: 'prod', trustDomain: 'public' },
  });
  runtime.http.server({ method: 'GET', path: '/', status: 503 });
  const valuesOf = (...names: readonly [dapr: string, today: string]) => {
    const rowsOf = stats.retrieveData(names[profile === 'dapr' ? 0 : 1]);
    return rowsOf.map(({ tags, value }) => [...Object.values(tags), value]);
  };
  expect(valuesOf('grpc.io/server/completed_rpcs', 'grpc_server_requests_total')).toEqual([
    ['shop', 'all of S', 'FAILED', 2],
  ]);
  expect(
    valuesOf('runtime/acl/app_policy_action_allowed_total', 'runtime_acl_app_policy_allowed_total')[0],
  ).toContain('any');
  expect(valuesOf('http/server/request_count', 'http_server_requests_total')[0]).toContain('5xx');
  expect(warnings).toEqual([]);
});

test.each([
  [{ recordErrorCodes: 'yes' }, 'recordErrorCodes', 'use true or false'],
  [
    { workflow: [1] },
    'workflow',
    'use an object with latencyDistributionBuckets or latencyDistributionUnits',
  ],
  [{ workflow: { buckets: [1] } }, 'workflow.buckets', 'no such field is known'],
  [
    { workflow: { latencyDistributionBuckets: [5, 1] } },
    'workflow.latencyDistributionBuckets.1',
    'let the bounds rise',
  ],
  [
    { workflow: { latencyDistributionBuckets: [-1] } },
    'workflow.latencyDistributionBuckets.0',
    'use bounds of 0 or more',
  ],
  [{ workflow: { latencyDistributionBuckets: 'many' } }, 'workflow.latencyDistributionBuckets', 'use a list'],
  [
    { workflow: { latencyDistributionBuckets: [1], latencyDistributionUnits: 'fast' } },
    'workflow.latencyDistributionUnits',
    'or a duration such as "1ms"',
  ],
  [{ workflow: { latencyDistributionUnits: 5 } }, 'workflow.latencyDistributionUnits', 'use a duration'],
  [{ latencyDistributionBuckets: [1, -1] }, 'latencyDistributionBuckets.1', 'use bounds of 0 or more'],
  [{ http: { pathMatching: ['/{a'] } }, 'http.pathMatching.0', 'in "/{a"'],
  [{ recordErrorCodes: true, views: [{ name: 7 }] }, 'views.0.name', 'use the name of a view'],
  [{ views: 7, recordErrorCodes: true }, 'views', 'use a list of entries'],
])('%j is refused at %s', (values, place, cure) => {
  const { runtime, stats } = fresh();
  const before = stats.runningViews();
  const { issues } = runtimeConfig(runtime).prepare(values);
  expect(issues.map(({ path }) => path.join('.'))).toEqual([place]);
  expect(issues[0].message).toContain(cure);
  expect(stats.runningViews()).toEqual(before);
});

test('series that stand at zero stand there again after their view was changed', () => {
  const { stats } = configured({ views: [{ name: 'runtime/workflow/local_wake/count', seriesLimit: 50 }] });
  expect(rows(stats, 'runtime/workflow/local_wake/count')).toHaveLength(3);
});

test('a reload that changes nothing keeps every number; two hundred others leave as many views', () => {
  const { runtime, stats } = fresh();
  runtime.service.mtlsInitialized();
  const config = runtimeConfig(runtime);
  const values = {
    recordErrorCodes: true,
    http: { pathMatching: ['/a/{b}'] },
    workflow: { latencyDistributionBuckets: [1] },
  };
  for (let i = 0; i < 200; i++) config.prepare(i % 2 === 0 ? values : {}).commit();
  config.prepare({}).commit();
  expect(rows(stats, 'runtime_mtls_inits_total')).toEqual(['app_id=shop 1']);
  expect(stats.runningViews()).toHaveLength(stats.views().length);
});

test("Dapr's document is taken as it is, served under Dapr's names, and read again", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oriel-runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'dapr.yaml');
  const head = 'apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: appconfig }\n';
  writeFileSync(
    configFile,
    `${head}spec:
  metrics:
    enabled: true
    recordErrorCodes: true
    latencyDistributionBuckets: [5, 50, 500, 5000]
    http: { increasedCardinality: false, pathMatching: ["/orders/{orderID}"] }
    workflow: { latencyDistributionBuckets: [1, 5], latencyDistributionUnits: 1s }
    rules:
      - name: dapr_http_server_request_count
        labels: [{ name: path, regex: { "/invoke": "/v1.0/invoke/.+" } }]
`,
  );
  const { registry, runtime } = fresh({ profile: 'dapr' });
  const exporter = newExporter('dapr', {
    configFile,
    configReload: 'off',
    configurables: [runtimeConfig(runtime)],
    registry,
    backends: [prometheus],
    backendSettings: {
      prometheus: {
        translation: 'UnderscoreEscapingWithoutSuffixes',
        openTelemetry: false,
        defaultCollectors: false,
      },
    },
    metricsPort: 0,
    metricsListenAddress: '127.0.0.1',
    logLevel: 'silent',
    env: {},
    onStartError: 'throw',
  });
  await exporter.init();
  onTestFinished(() => exporter.shutdown());
  const page = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${exporter.options().metricsPort}/metrics`)).text();
  runtime.http.server({
    method: 'GET',
    path: '/v1.0/invoke/cart/method/orders/1',
    status: 200,
    elapsedMs: 50,
  });
  runtime.errorCode({ code: 'ERR_STATE_GET', category: 'state' });
  const first = await page();
  const path = '/v1.0/invoke/{app_id}/method/orders/{orderID}';
  expect(first).toContain(
    `dapr_http_server_latency_bucket{app_id="shop",method="GET",path="${path}",status="200",le="50"} 1`,
  );
  expect(first.match(/^dapr_http_server_latency_bucket/gm)).toHaveLength(5);
  expect(first).toContain(
    'dapr_http_server_request_count{app_id="shop",method="GET",path="/invoke",status="200"} 1',
  );
  expect(first).toContain(
    'dapr_error_code_total{app_id="shop",category="state",error_code="ERR_STATE_GET"} 1',
  );
  expect(first).not.toContain('dapr_http_server_response_count');

  writeFileSync(configFile, `${head}spec: { metrics: { enabled: true, http: { excludeVerbs: 1 } } }\n`);
  expect(await exporter.reload()).toMatchObject({ result: 'failure' });
  expect(await page()).toContain('dapr_error_code_total{');

  writeFileSync(configFile, `${head}spec: { metrics: { enabled: true } }\n`);
  expect(await exporter.reload()).toMatchObject({ result: 'success' });
  expect(await page()).not.toContain('dapr_error_code_total{');
});
