import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Configurable, defineBackend, newExporter } from '@oriel/exporter';
import { Registry } from '@oriel/metrics';
import { afterAll, expect, test } from 'vitest';
import { httpConfig } from '../src/http-config.ts';
import { daprPaths } from '../src/path-dialect.ts';
import { PathLabels } from '../src/path-labels.ts';

const folder = mkdtempSync(join(tmpdir(), 'oriel-http-'));
const configFile = join(folder, 'metrics.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const nowhere = defineBackend({
  name: 'nowhere',
  create: () => ({ async start() {}, async flush() {}, async stop() {} }),
});

function exporterOf(labels: PathLabels) {
  const part: Configurable = httpConfig(labels);
  return newExporter('shop', {
    registry: new Registry(),
    logger: silent,
    env: {},
    backends: [nowhere],
    exporters: ['nowhere'],
    configFile,
    configReload: 'off',
    configurables: [part],
  });
}

test("the field of an operator's file is in force from init() on, and again at each reload that is good", async () => {
  const labels = new PathLabels();
  writeFileSync(configFile, 'http: { pathMatching: ["/orders/{id}"], excludeVerbs: true }\n');
  const exporter = exporterOf(labels);
  await exporter.init();
  expect([labels.server('/orders/1'), labels.verb('GET')]).toEqual(['/orders/{id}', '']);
  writeFileSync(configFile, 'http:\n  pathMatching:\n    - /carts/{id}\n    - /carts/{id\n');
  expect(await exporter.reload()).toMatchObject({ result: 'failure' });
  expect([labels.server('/orders/1'), labels.verb('GET')]).toEqual(['/orders/{id}', '']);
  writeFileSync(configFile, 'http: { pathMatching: ["/carts/{id}"] }\n');
  expect(await exporter.reload()).toMatchObject({ result: 'success' });
  expect(['/orders/1', '/carts/1'].map((path) => labels.server(path))).toEqual(['', '/carts/{id}']);
  await exporter.shutdown();
});

test("Dapr's Configuration document is taken as it is", async () => {
  const labels = new PathLabels({ dialect: daprPaths });
  writeFileSync(
    configFile,
    `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: { name: daprConfig }
spec:
  metrics:
    enabled: true
    http: { increasedCardinality: true, pathMatching: ['/orders/{orderID}'], excludeVerbs: false }
`,
  );
  const exporter = exporterOf(labels);
  await exporter.init();
  expect(['/v1.0/invoke/a/method/orders/1', '/v1.0/state/s/k'].map((path) => labels.server(path))).toEqual([
    '/v1.0/invoke/{app_id}/method/orders/{orderID}',
    '/v1.0/state/s',
  ]);
  await exporter.shutdown();
});

test('what is wrong is told with line, column, field, value and cure', async () => {
  writeFileSync(configFile, 'http:\n  pathMatching:\n    - /carts/{id}\n    - /carts/{cart-id}\n');
  await expect(exporterOf(new PathLabels()).init()).rejects.toThrow(
    /line 4, column 7: field "http.pathMatching\[1\]" is "\/carts\/\{cart-id\}"; use letters, digits and "_", such as "\{cart_id\}"/,
  );
});
