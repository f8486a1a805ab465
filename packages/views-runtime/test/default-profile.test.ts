import { spawnSync } from 'node:child_process';
import { encode, type TranslationStrategy } from '@oriel/exporter-prometheus';
import { expect, test } from 'vitest';
import { textOf } from '../../../test/support/render.ts';
import { testWith } from '../../../test/support/tools.ts';
import { parseByPython } from '../../../test/support/validators.ts';
import { defaultBounds } from '../src/bounds.ts';
import { catalogue, parts } from '../src/catalogue.ts';
import { recordEverything } from './every-event.ts';
import { distributionOf, fresh, typesOf } from './fresh-runtime.ts';

const everything = { parts, recordErrorCodes: true, http: { increasedCardinality: true } };

testWith('promtool', 'promtool check metrics finds nothing to say about the page', async () => {
  const { registry, runtime } = fresh(everything);
  recordEverything(runtime);
  const input = await textOf(registry);
  const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
  expect(input).toContain('# TYPE http_server_request_duration_seconds histogram');
});

test.each([
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] satisfies TranslationStrategy[])(
  'names are on the page as in the catalogue with %s',
  async (translation) => {
    const { registry, runtime } = fresh(everything);
    recordEverything(runtime);
    const page = Buffer.concat([
      ...encode(await registry.gather(), { format: 'text-0.0.4', translation }),
    ]).toString();
    const named = [...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    const own = named.filter((name) => !name.startsWith('oriel_'));
    expect(own.sort()).toEqual(catalogue.map(({ today }) => today).sort());
  },
);

testWith(
  'python-openmetrics',
  'the strict parser of OpenMetrics takes the page and knows every type',
  async () => {
    const { registry, runtime } = fresh(everything);
    recordEverything(runtime);
    const page = [...encode(await registry.gather(), { format: 'openmetrics-1.0.0', created: true })];
    const families = parseByPython(Buffer.concat(page).toString());
    expect(families.filter(([, type]) => type === 'unknown')).toEqual([]);
    expect(families.find(([name]) => name === 'resiliency_circuit_breaker_state')?.[1]).toBe('stateset');
  },
);

test('latencies are in seconds, bounds and values alike, and a value on a bound belongs to it', () => {
  const { runtime, stats } = fresh();
  runtime.component.state({ component: 'redis', operation: 'get', success: true, elapsedMs: 13 });
  const { buckets, sum } = distributionOf(stats, 'component_state_operation_duration_seconds');
  expect(stats.findView('component_state_operation_duration_seconds')?.aggregation).toEqual({
    kind: 'distribution',
    bounds: defaultBounds.LAT.map((bound) => bound / 1000),
  });
  expect(buckets[defaultBounds.LAT.indexOf(13)]).toBe(1);
  expect(sum).toBe(0.013);
});

test('the state of a circuit breaker is a state set with one state at a time', async () => {
  const { registry, runtime } = fresh();
  const place = { name: 'policy', flowDirection: 'outbound', target: 'app_stock' } as const;
  runtime.resiliency.breakerUsed({ ...place, state: 'closed' });
  runtime.resiliency.breakerChanged({ ...place, state: 'half-open' });
  expect((await typesOf(registry)).get('resiliency_circuit_breaker_state')).toBe('state_set');
  const lines = (await textOf(registry)).split('\n').filter((line) => line.startsWith('resiliency_circuit'));
  const labels = 'app_id="shop",flow_direction="outbound",name="policy",namespace="prod",target="app_stock"';
  expect(lines).toEqual(
    [
      ['closed', 0],
      ['half-open', 1],
      ['open', 0],
      ['unknown', 0],
    ].map(
      ([state, value]) =>
        `resiliency_circuit_breaker_state{${labels},resiliency_circuit_breaker_state="${state}"} ${value}`,
    ),
  );
});

test('circuit breakers beyond the limit share one row', async () => {
  const { registry, runtime } = fresh({ seriesLimit: 10 });
  for (let i = 0; i < 1000; i++)
    runtime.resiliency.breakerChanged({
      name: 'p',
      flowDirection: 'outbound',
      target: `app_${i}`,
      state: 'open',
    });
  const { families } = await registry.gather({ names: ['resiliency_circuit_breaker_state'] });
  expect(families[0]?.parts.map(({ rows }) => rows)).toEqual([11]);
});
