import { type Collector, Desc, Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { ObservedCollector } from '../observed-collector.ts';

const depth = new Desc({ name: 'host_queue_depth', type: 'gauge', help: 'Depth.' });
const width = new Desc({ name: 'host_queue_width', type: 'gauge', help: 'Width.' });

function source(desc: Desc, collect: Collector['collect']): Collector {
  return { describe: () => [desc], collect };
}

async function gathered(
  registry: Registry,
): Promise<{ values: Record<string, number>; errors: readonly Error[] }> {
  const { families, errors } = await registry.gather({ timeoutMs: 20 });
  const values = families.flatMap(({ name, parts }) =>
    parts.map((part) => [`${name} ${part.constLabels[0]?.value ?? ''}`.trim(), part.values[0]] as const),
  );
  return { values: Object.fromEntries(values), errors };
}

test('a source that fails shows 0, its failures are counted and its neighbour is served', async () => {
  const registry = new Registry();
  registry.register(
    new ObservedCollector(
      'broken',
      source(depth, () => Promise.reject(new Error('no queue'))),
    ),
  );
  registry.register(
    new ObservedCollector(
      'sound',
      source(width, (out) => out.gauge(width, 7)),
    ),
  );
  await gathered(registry);
  const { values, errors } = await gathered(registry);
  expect(values).toMatchObject({
    host_queue_width: 7,
    'host_collector_success broken': 0,
    'host_collector_success sound': 1,
    'host_collector_failures_total broken': 2,
    'host_collector_failures_total sound': 0,
  });
  expect(errors.map((error) => error.message).join()).toContain('no queue');
});

test('a source that never answers shows 0 once its time is up, and its neighbour is served', async () => {
  const registry = new Registry();
  registry.register(
    new ObservedCollector(
      'hung',
      source(depth, () => new Promise(() => {})),
    ),
  );
  registry.register(
    new ObservedCollector(
      'sound',
      source(width, (out) => out.gauge(width, 7)),
    ),
  );
  const { values, errors } = await gathered(registry);
  expect(values).toMatchObject({
    host_queue_width: 7,
    'host_collector_success hung': 0,
    'host_collector_failures_total hung': 1,
    'host_collector_success sound': 1,
  });
  expect(errors).toEqual([expect.objectContaining({ code: 'COLLECT_TIMEOUT' })]);
});
