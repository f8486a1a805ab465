import type { Attributes } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { CollectionResult } from '@opentelemetry/sdk-metrics';
import { Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { meterProviderFor, openTelemetryCollector } from '../src/index.ts';
import { bridge, seriesOf } from './bridge.ts';

test('every point carries its scope, without what the scope lacks', async () => {
  const { provider, series } = bridge({ scopeInfo: true });
  provider.getMeter('one', '1.2', { schemaUrl: 'https://s' }).createCounter('hits').add(1, { a: 'x' });
  provider.getMeter('two').createCounter('hits').add(2);
  expect(await series('hits')).toMatchObject([
    {
      labels: {
        a: 'x',
        otel_scope_name: 'one',
        otel_scope_version: '1.2',
        otel_scope_schema_url: 'https://s',
      },
      values: [1],
    },
    { labels: { otel_scope_name: 'two' }, values: [2] },
  ]);
});

test('two scopes give one family with one part', async () => {
  const { provider, family } = bridge({ scopeInfo: true });
  for (const name of ['one', 'two']) provider.getMeter(name).createCounter('hits').add(1);
  expect((await family('hits')).parts).toHaveLength(1);
});

test('without scope labels the counts of two scopes are added', async () => {
  const { provider, series } = bridge({ scopeInfo: false });
  for (const name of ['one', 'two']) provider.getMeter(name).createCounter('hits').add(1);
  expect(await series('hits')).toMatchObject([{ labels: {}, values: [2] }]);
});

test('an attribute that would pass for the scope is left out, with a warning', async () => {
  const { meter, series, warnings } = bridge({ scopeInfo: true });
  meter.createCounter('hits').add(1, { 'otel.scope.name': 'forged', otel_scope_version: '9' });
  expect((await series('hits'))[0].labels).toEqual({ otel_scope_name: 'test' });
  expect(warnings).toEqual([
    'Cannot keep attribute "otel.scope.name" of OpenTelemetry metric "hits": its label tells the scope; use another key',
    'Cannot keep attribute "otel_scope_version" of OpenTelemetry metric "hits": its label tells the scope; use another key',
  ]);
});

// This SDK has no scope attributes yet: they are added to what a real reader gives.
async function withScopeAttributes(attributes: Attributes, point: Attributes): Promise<object[]> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = meterProviderFor({ reader });
  for (const name of ['one', 'two']) provider.getMeter(name).createCounter('hits').add(1, point);
  const collect = async (): Promise<CollectionResult> => {
    const { errors, resourceMetrics } = await reader.collect();
    const scopeMetrics = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
      scope: scope.name === 'one' ? { ...scope, attributes } : scope,
      metrics,
    }));
    return { errors, resourceMetrics: { ...resourceMetrics, scopeMetrics } };
  };
  const registry = new Registry();
  registry.register(openTelemetryCollector({ reader: { collect }, targetInfo: false, onWarning: () => {} }));
  const { families } = await registry.gather();
  return seriesOf(families[0]).map(({ labels }) => labels);
}

test('scope attributes are labels, those that clash with the fields of the scope are left out', async () => {
  const scope = { 'short.name': 'o', name: 'clash', 'schema.url': 'clash', n: 1, 'a.b': '1', a_b: '2' };
  const [one] = await withScopeAttributes(scope, { n: 'point' });
  expect(one).toEqual({
    otel_scope_name: 'one',
    'otel_scope_short.name': 'o',
    otel_scope_n: '1',
    otel_scope_a_b: '1;2',
    n: 'point',
  });
});

test('a scope attribute wins over the attribute of a point, in that scope alone', async () => {
  expect(await withScopeAttributes({ n: 1 }, { otel_scope_n: 'point' })).toEqual([
    { otel_scope_name: 'one', otel_scope_n: '1' },
    { otel_scope_name: 'two', otel_scope_n: 'point' },
  ]);
});

test('the resource is one target info family', async () => {
  const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.cpus': 4, 'os.tags': ['a'] });
  const { family, meter } = bridge({ resource, targetInfo: true });
  meter.createCounter('hits').add(1);
  const target = await family('target');
  expect(target).toMatchObject({ type: 'info', unit: '', help: 'Target metadata' });
  expect(seriesOf(target)).toMatchObject([
    { labels: { 'service.name': 'shop', 'host.cpus': '4', 'os.tags': '["a"]' }, values: [] },
  ]);
});

test.each([
  ['the resource is empty', { targetInfo: true, resource: resourceFromAttributes({}) }],
  ['targetInfo is false', { targetInfo: false, resource: resourceFromAttributes({ a: 'x' }) }],
])('there is no target family if %s', async (_, options) => {
  const { gather, meter } = bridge(options);
  meter.createCounter('hits').add(1);
  expect((await gather()).families.map(({ name }) => name)).toEqual(['hits']);
});

test('a resource attribute that is there in time is in the target, one that never comes holds up nothing', async () => {
  const names = async (value: Promise<string>): Promise<string[]> => {
    const resource = resourceFromAttributes({ a: 'x', late: value });
    const { gather, meter } = bridge({ targetInfo: true, resource });
    meter.createCounter('hits').add(1);
    return (await gather()).families.map(({ name, parts }) => `${name} ${parts[0].labels.names}`);
  };
  expect(await names(Promise.resolve('y'))).toEqual(['hits ', 'target a,late']);
  expect(await names(new Promise(() => {}))).toEqual(['hits ']);
});

test('a later metric of another type is left out with one warning', async () => {
  const { provider, gather, warnings } = bridge();
  provider.getMeter('one').createCounter('x').add(1);
  provider.getMeter('two').createGauge('x').record(2);
  for (const _ of [1, 2]) {
    const { families, errors } = await gather();
    expect(errors).toEqual([]);
    expect(families.map(({ name, type, parts }) => [name, type, parts[0].rows])).toEqual([
      ['x', 'counter', 1],
    ]);
  }
  expect(warnings).toEqual([
    'Cannot keep a gauge of OpenTelemetry metric "x": the name is taken by a counter; rename one with a view',
  ]);
});

test('whoever came first to a name keeps it, in whatever order the SDK gives the scopes later', async () => {
  const { provider, gather } = bridge();
  provider.getMeter('slow').createCounter('x').add(1);
  await gather();
  const fast = provider.getMeter('fast');
  fast.createGauge('x').record(2);
  // The SDK gives a scope when its callbacks have ended.
  const slow = provider.getMeter('slow').createObservableGauge('y');
  slow.addCallback(() => new Promise((resolve) => setImmediate(resolve)));
  const { families } = await gather();
  expect(families.map(({ name, type }) => [name, type])).toEqual([['x', 'counter']]);
});

test('a later metric with another unit and help keeps its points and loses its comments', async () => {
  const { provider, family, warnings } = bridge({ scopeInfo: true });
  provider.getMeter('one').createCounter('x', { unit: 'By', description: 'One.' }).add(1);
  provider.getMeter('two').createCounter('x', { unit: 's', description: 'Two.' }).add(2);
  const x = await family('x');
  expect(x).toMatchObject({ unit: 'By', help: 'One.' });
  expect(seriesOf(x).map(({ values }) => values)).toEqual([[1], [2]]);
  expect(warnings).toEqual([
    'Cannot keep the unit "s" of OpenTelemetry metric "x": another scope or instrument has "By"; use the same',
    'Cannot keep the help "Two." of OpenTelemetry metric "x": another scope or instrument has "One."; use the same',
  ]);
});

test('a metric without unit and help takes those of the next, without a warning', async () => {
  const { provider, family, warnings } = bridge({ scopeInfo: true });
  provider.getMeter('one').createCounter('x').add(1);
  provider.getMeter('two').createCounter('x', { unit: 'By', description: 'Two.' }).add(2);
  expect(await family('x')).toMatchObject({ unit: 'By', help: 'Two.' });
  expect(warnings).toEqual([]);
});
