import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { newExporter } from '../src/exporter.ts';
import { FakePart } from './fake-part.ts';
import { ProbeBackend } from './probe-backend.ts';
import { rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const daprNames = ['recordErrorCodes', 'latencyDistributionBuckets', 'workflow', 'http', 'rules'];

/** An exporter that has not started, over a file with this content. */
async function over(content: string, part: FakePart = new FakePart(daprNames)) {
  const configFile = join(temporaryFolder(), 'dapr.yaml');
  await writeFile(configFile, content);
  const logger = logLines();
  const base = { logger, registry: new Registry(), env: {}, configReload: 'off' } as const;
  const { backend } = new ProbeBackend('probe');
  const exporter = newExporter('dapr', {
    ...base,
    configFile,
    exporters: ['probe'],
    backends: [backend],
    configurables: [part],
  });
  return { exporter, part, logger, configFile };
}

/** What the part is given of the document. */
async function given(content: string): Promise<Readonly<Record<string, unknown>>> {
  const { exporter, part } = await over(content);
  await exporter.init();
  await exporter.shutdown();
  return part.prepared[0];
}

async function refused(content: string): Promise<string> {
  const { exporter, configFile } = await over(content);
  return (await rejection(exporter.init())).replace(JSON.stringify(configFile), '"dapr.yaml"');
}

const head = 'apiVersion: dapr.io/v1alpha1\nkind: Configuration\n';

const whole = `${head}metadata:
  name: appconfig
  namespace: default
spec:
  tracing: { samplingRate: "1" }
  mtls: { enabled: true, workloadCertTTL: 24h }
  metrics:
    enabled: true
    recordErrorCodes: true
    latencyDistributionBuckets: [1, 2.5, 100]
    workflow: { latencyDistributionBuckets: [1, 5], latencyDistributionUnits: 1s }
    http:
      increasedCardinality: false
      pathMatching: ["/orders/{orderID}"]
      excludeVerbs: true
    rules:
      - name: dapr_http_server_request_count
        labels:
          - name: path
            regex:
              "/orders/$1": "/orders/(.+)/\${x}"
              $1-\${2}: (a)(b)$
`;

const wholeValues = {
  recordErrorCodes: true,
  latencyDistributionBuckets: [1, 2.5, 100],
  workflow: { latencyDistributionBuckets: [1, 5], latencyDistributionUnits: '1s' },
  http: { increasedCardinality: false, pathMatching: ['/orders/{orderID}'], excludeVerbs: true },
  rules: [
    {
      name: 'dapr_http_server_request_count',
      labels: [
        { name: 'path', regex: { '/orders/$1': '/orders/(.+)/' + '$' + '{x}', ['$1-$' + '{2}']: '(a)(b)$' } },
      ],
    },
  ],
};

test('the metrics section goes to the parts as it is, $1 kept, other parts of spec left alone', async () => {
  expect(await given(whole)).toEqual(wholeValues);
});

test('the old section metric is taken too', async () => {
  expect(await given(whole.replace('  metrics:', '  metric:'))).toEqual(wholeValues);
});

test('the document may be JSON', async () => {
  const spec = { metrics: { recordErrorCodes: true } };
  const content = JSON.stringify({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', spec });
  expect(await given(content)).toEqual({ recordErrorCodes: true });
});

test.each([
  ['metrics: { enabled: false }', false],
  ['metric: { enabled: false }', false],
  ['metric: { enabled: false }\n  metrics: { enabled: true }', true],
  ['metrics: { enabled: false }\n  metric: { enabled: true }', false],
  ['metric: { enabled: false }\n  metrics: { enabled: null }', false],
  ['metric: { enabled: false }\n  metrics: {}', false],
  ['metric: { enabled: false }\n  metrics:', false],
])('enabled of spec %j is %s', async (spec, enabled) => {
  const { exporter } = await over(`${head}spec:\n  ${spec}\n`);
  await exporter.options().load();
  expect(exporter.options().metricsEnabled).toBe(enabled);
});

test('metrics wins over metric field by field: http and workflow as a whole, rules only if there are some', async () => {
  const values = await given(`${head}spec:
  metric:
    recordErrorCodes: true
    http: { excludeVerbs: true, pathMatching: [/a] }
    workflow: { latencyDistributionUnits: 1s }
    rules: [{ name: a }]
  metrics:
    http: { excludeVerbs: false }
    workflow: null
    rules: []
`);
  expect(values).toEqual({
    recordErrorCodes: true,
    http: { excludeVerbs: false },
    workflow: { latencyDistributionUnits: '1s' },
    rules: [{ name: 'a' }],
  });
});

test('null and empty buckets are unset, at the top and for workflows, even over earlier ones', async () => {
  const values = await given(`${head}spec:
  metric: { latencyDistributionBuckets: [1] }
  metrics:
    latencyDistributionBuckets: []
    workflow: { latencyDistributionBuckets: [], latencyDistributionUnits: null }
    http: { pathMatching: null, excludeVerbs: true }
`);
  expect(values).toEqual({ workflow: {}, http: { excludeVerbs: true } });
});

test.each(['', 'spec:\n', 'spec: {}\n', 'spec: { metrics: null }\n'])(
  'spec %j sets nothing',
  async (spec) => {
    expect(await given(head + spec)).toEqual({});
  },
);

test('of several documents the Configuration ones count, the later one winning; others are left alone', async () => {
  const values = await given(`---
apiVersion: dapr.io/v1alpha1
kind: Component
spec: { metrics: { htp: 1 } }
---
${head}spec: { metrics: { recordErrorCodes: true, http: { excludeVerbs: true } } }
---
apiVersion: serving.knative.dev/v1
kind: Configuration
spec: { metrics: { recordErrorCodes: 7 } }
---
${head}spec: { metric: { http: { pathMatching: [] } } }
---
`);
  expect(values).toEqual({ recordErrorCodes: true, http: { pathMatching: [] } });
});

test('options and fields of any part may stand in the section', async () => {
  const { exporter } = await over(`${head}spec: { metrics: { metricsPath: /m } }`);
  await exporter.options().load();
  expect(exporter.options().metricsPath).toBe('/m');
  expect(exporter.options().describe()[3].where).toMatch(/line 3, column 33$/);
});

test('a problem names the line, the column and the field as Dapr spells it', async () => {
  const part = new FakePart(daprNames, () => ({
    issues: [{ path: ['rules', 0, 'labels', 0, 'regex', '/orders/$1'], message: 'use another' }],
  }));
  const { exporter, configFile } = await over(`# first\n---\nkind: Subscription\n---\n${whole}`, part);
  expect(await rejection(exporter.init())).toBe(
    `OPTION_INVALID Cannot use configuration file "${configFile}": line 27, column 29: field "spec.metrics.rules[0].labels[0].regex["/orders/$1"]" is "/orders/(.+)/\${x}"; use another`,
  );
});

test.each([
  [
    'spec:\n  metrics:\n    enabled: maybe\n',
    'line 5, column 14: field "spec.metrics.enabled" is "maybe"; use true or false',
  ],
  [
    'spec:\n  metric:\n    htp: {}\n',
    'line 5, column 5: field "spec.metric.htp" is unknown; did you mean "http"?',
  ],
  ['spec:\n  metrics: 5\n', 'line 4, column 12: field "spec.metrics" is 5; use a mapping of fields by name'],
  ['spec: [1]\n', 'line 3, column 7: field "spec" is [1]; use a mapping of fields by name'],
])('spec %j is refused', async (spec, message) => {
  expect(await refused(head + spec)).toBe(
    `OPTION_${message.includes('unknown') ? 'UNKNOWN' : 'INVALID'} Cannot use configuration file "dapr.yaml": ${message}`,
  );
});

test.each([
  [
    'apiVersion: dapr.io/v1alpha1\nkind: Component\n',
    'line 2, column 7: field "kind" is "Component"; use "Configuration"',
  ],
  [
    'kind: Configuration\napiVersion: dapr.io/v2\n',
    'line 2, column 13: field "apiVersion" is "dapr.io/v2"; use "dapr.io/v1alpha1"',
  ],
  ['kind: Configuration\n', 'line 1, column 1: field "apiVersion" is missing; use "dapr.io/v1alpha1"'],
  ['apiVersion: dapr.io/v1alpha1\n', 'line 1, column 1: field "kind" is missing; use "Configuration"'],
  [
    'apiVersion: dapr.io/v1alpha1\nkind: A\n---\nkind: B\n',
    'line 2, column 7: field "kind" is "A"; use "Configuration"',
  ],
])('document %j is refused', async (content, message) => {
  expect(await refused(content)).toContain(
    `OPTION_INVALID Cannot use configuration file "dapr.yaml": ${message}`,
  );
});

test('documents without a kind beside others are refused', async () => {
  expect(await refused(`${head}---\nmetricsPort: 1\n`)).toBe(
    'CONFIG_UNREADABLE Cannot read configuration file "dapr.yaml": line 3, column 1: several documents stand in the file, and not each has a kind; use one document of options, or documents of kind "Configuration"',
  );
});

test('a field of Dapr that no part takes is warned of, and the rest is used', async () => {
  const { exporter, part, logger, configFile } = await over(
    `${head}spec: { metrics: { http: {}, rules: [{ name: a }] } }`,
    new FakePart(['rules']),
  );
  await exporter.init();
  await exporter.shutdown();
  expect(part.committed).toEqual([{ rules: [{ name: 'a' }] }]);
  expect(logger.messages('warn')).toEqual([
    `Configuration file "${configFile}": line 3, column 26: field "spec.metrics.http" is {}; no part of this program takes it, and nothing follows from it`,
  ]);
});
