import { newExporter } from '@oriel/exporter';
import { encode, prometheus } from '@oriel/exporter-prometheus';
import { prefixed } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { parseByPython } from '../../../test/support/validators.ts';
import { catalogue, parts } from '../src/catalogue.ts';
import { recordEverything } from './every-event.ts';
import { type Fresh, fresh } from './fresh-runtime.ts';

const translation = 'UnderscoreEscapingWithoutSuffixes';
const everything = {
  profile: 'dapr',
  parts,
  recordErrorCodes: true,
  http: { increasedCardinality: true },
} as const;

test('a page with the namespace dapr has exactly the names of the reference, over HTTP and in both formats', async () => {
  const { registry, runtime } = fresh(everything);
  recordEverything(runtime);
  const exporter = newExporter('dapr', {
    registry,
    backends: [prometheus],
    backendSettings: { prometheus: { translation, openTelemetry: false, defaultCollectors: false } },
    metricsPort: 0,
    metricsListenAddress: '127.0.0.1',
    logLevel: 'silent',
    env: {},
    onStartError: 'throw',
  });
  await exporter.init();
  const url = `http://127.0.0.1:${exporter.options().metricsPort}/metrics`;
  const wanted = catalogue.map(({ name }) => `dapr_${name.replaceAll(/[^a-zA-Z0-9]/g, '_')}`).sort();
  try {
    for (const accept of ['text/plain; version=0.0.4', 'application/openmetrics-text; version=1.0.0']) {
      const page = await (await fetch(url, { headers: { accept } })).text();
      expect(sampleNames(page)).toEqual(wanted);
    }
  } finally {
    await exporter.shutdown();
  }
});

test.each([
  'dapr_http_server_request_count{app_id="shop",method="GET",path="/dapr/config",status="200"} 1',
  'dapr_http_server_latency_bucket{app_id="shop",method="GET",path="/dapr/config",status="200",le="2"} 1',
  'dapr_http_server_latency_sum{app_id="shop",method="GET",path="/dapr/config",status="200"} 1.5',
  'dapr_component_pubsub_ingress_latencies_bucket{app_id="shop",component="bus",namespace="prod",process_status="success",status="drop",topic="orders",le="1"} 1',
  'dapr_component_pubsub_ingress_bulk_event_count{app_id="shop",component="bus",namespace="prod",process_status="success",topic="orders"} 5',
  'dapr_component_pubsub_egress_bulk_event_count{app_id="shop",component="bus",namespace="prod",success="true",topic="orders"} 6',
  'dapr_runtime_component_init_fail_total{app_id="shop",component="state.redis",componentName="store",reason="init"} 1',
  'dapr_runtime_acl_app_policy_action_allowed_total{app_id="shop",namespace="other",src_app_id="cart",trustDomain="public"} 1',
  'dapr_runtime_service_invocation_res_sent_total{app_id="shop",dst_app_id="cart",status="200"} 1',
  'dapr_runtime_service_invocation_res_recv_latency_ms_count{app_id="shop",src_app_id="stock",status="200"} 1',
  'dapr_grpc_io_server_completed_rpcs{app_id="shop",grpc_server_method="/pkg.Service/Method",grpc_server_status="OK"} 1',
  'dapr_resiliency_cb_state{app_id="shop",flow_direction="outbound",name="policy",namespace="prod",policy="circuitbreaker",status="open",target="app_stock"} 1',
  'dapr_resiliency_cb_state{app_id="shop",flow_direction="outbound",name="policy",namespace="prod",policy="circuitbreaker",status="half-open",target="app_stock"} 0',
  'dapr_runtime_workflow_local_wake_count{app_id="shop",namespace="prod",status="janitor_recovered"} 0',
  'dapr_placement_runtimes_total{host_namespace="prod"} 1',
  'dapr_sentry_issuercert_expiry_timestamp 1.8e+09',
  'dapr_error_code_total{app_id="shop",category="state",error_code="ERR_STATE_GET"} 1',
])('the page says %s', async (line) => {
  const set = fresh(everything);
  recordEverything(set.runtime);
  expect((await daprPage(set, 'text-0.0.4')).split('\n')).toContain(line);
});

testWith('python-openmetrics', 'the strict parser of OpenMetrics takes the page', async () => {
  const set = fresh(everything);
  recordEverything(set.runtime);
  const families = parseByPython(await daprPage(set, 'openmetrics-1.0.0'));
  const types = new Map(families.map(([name, type]) => [name, type]));
  expect(types.size).toBeGreaterThanOrEqual(134);
  // OpenMetrics knows no counter without _total.
  expect(types.get('dapr_http_server_request_count')).toBe('unknown');
  expect(types.get('dapr_runtime_component_init')).toBe('counter');
});

async function daprPage({ registry }: Fresh, format: 'text-0.0.4' | 'openmetrics-1.0.0'): Promise<string> {
  const snapshot = await prefixed('dapr_', registry).gather();
  return Buffer.concat([...encode(snapshot, { format, translation })]).toString();
}

/** Names of the samples of a page, those of a histogram as one. */
function sampleNames(page: string): string[] {
  const histograms = [...page.matchAll(/^# TYPE (\S+) histogram$/gm)].map(([, name]) => name);
  const names = page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/[{ ].*/, ''))
    .map(
      (name) =>
        histograms.find((own) => [`${own}_bucket`, `${own}_sum`, `${own}_count`].includes(name)) ?? name,
    );
  return [...new Set(names)].filter((name) => name.startsWith('dapr_')).sort();
}
