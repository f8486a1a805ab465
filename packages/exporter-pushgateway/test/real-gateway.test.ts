import { type ExporterConfig, newExporter } from '@oriel/exporter';
import { Counter, Gauge, Registry } from '@oriel/metrics';
import { logLines, type Row, rowKey, rowsOfSnapshot } from '@oriel/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasTool, testWith } from '../../../test/support/tools.ts';
import { pushgateway } from '../src/backend.ts';
import { everyFamily } from './every-family.ts';
import { RealGateway } from './real-gateway.ts';

let gateway: RealGateway;
beforeAll(async () => {
  if (hasTool('pushgateway')) gateway = await RealGateway.start();
});
afterAll(() => gateway?.end());

function exporterTo(path: string, registry: Registry, config: ExporterConfig = {}) {
  const logger = logLines();
  const exporter = newExporter('', {
    ...{ registry, logger, env: {}, backends: [pushgateway] },
    exporters: [`pushgateway+${gateway.url}${path}`],
    ...config,
  });
  onTestFinished(() => exporter.shutdown());
  return { exporter, logger };
}

/** The rows of a group, without its labels and Oriel's own families, by name and labels. */
function inGroup(rows: readonly Row[], key: Record<string, string>): Map<string, Row> {
  const own = rows.filter(
    ({ name, labels }) =>
      !name.startsWith('oriel_') && Object.entries(key).every(([n, v]) => (labels[n] ?? '') === v),
  );
  const bare = own.map((row) => {
    const labels = Object.entries(row.labels).filter(([name]) => !(name in key) && name !== 'instance');
    return { ...row, labels: Object.fromEntries(labels) };
  });
  return new Map(bare.map((row) => [rowKey(row), row]));
}

/** What a registry holds, as a page names and types it. */
async function recorded(registry: Registry): Promise<Map<string, Row>> {
  const rows = rowsOfSnapshot(await registry.gather()).flatMap((row): Row[] => {
    const { name, labels, states } = row;
    if (name.startsWith('oriel_')) return [];
    if (name === 'latency') return [{ ...row, name: 'latency_seconds' }];
    if (states === undefined) return [row];
    return Object.entries(states).map(([state, on]) => ({
      ...{ name, kind: 'gauge' as const, value: on ? 1 : 0 },
      labels: { ...labels, [name]: state },
    }));
  });
  return new Map(rows.map((row) => [rowKey(row), row]));
}

function numbers(rows: Map<string, Row>, exponential: boolean) {
  return [...rows]
    .map(([key, { value, count, sum, buckets, quantiles, exponential: native }]) => {
      const classic = native === undefined || !exponential ? (buckets ?? []) : [];
      const finite = classic.filter(([bound]) => bound !== Number.POSITIVE_INFINITY);
      return [key, { value, count, sum, finite, quantiles, ...(exponential && { native }) }] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const everyFormat = [
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
  ['text', 'none'],
  ['text', 'gzip'],
];

for (const [format, compression] of everyFormat) {
  testWith(
    'pushgateway',
    `every number of every type pushed as ${format} with ${compression} equals that on its page`,
    async () => {
      const registry = everyFamily();
      const job = `every-${format}-${compression}`;
      const { exporter, logger } = exporterTo(
        `/metrics/job/${job}?format=${format}&compression=${compression}`,
        registry,
      );
      await exporter.init();
      await exporter.forceFlush();
      expect([...logger.messages('error'), ...logger.messages('warn')]).toEqual([]);
      const known = numbers(await recorded(registry), false);
      expect(known.length).toBeGreaterThan(15);
      expect(numbers(inGroup(await gateway.rows(), { job }), false)).toEqual(known);
      if (format !== 'protobuf') return;
      const native = numbers(inGroup(await gateway.protobufRows(), { job }), true);
      expect(native).toEqual(numbers(await recorded(registry), true));
      expect(native.filter(([, row]) => row.native !== undefined)).toHaveLength(1);
    },
  );
}

testWith(
  'pushgateway',
  'grouping keys with slashes, empty values, dots, spaces and any characters name the same group there',
  async () => {
    const grouping = {
      ...{
        slash: 'a/b',
        empty: '',
        dots: '..',
        dot: '.',
        plus: 'a+b c',
        percent: '100%41',
        base: 'a@base64',
      },
      ...{ unicode: '日本/é👩', quote: '"\\\n', instance: 'host:1/2' },
    };
    const registry = new Registry();
    registry.register(new Counter({ name: 'grouped_total' }));
    const settings = { url: gateway.url, job: 'a/b job', grouping };
    const { exporter, logger } = exporterTo('', registry, {
      exporters: ['pushgateway'],
      backendSettings: { pushgateway: settings },
    });
    await exporter.init();
    await exporter.forceFlush();
    expect(logger.messages('error')).toEqual([]);
    const { empty: _, ...kept } = grouping;
    expect(await gateway.groups()).toContainEqual({ job: 'a/b job', ...grouping });
    const [row] = (await gateway.rows()).filter(({ name }) => name === 'grouped_total');
    expect(row.labels).toEqual({ job: 'a/b job', ...kept });
  },
);

testWith('pushgateway', 'PUT takes families away that are no longer there, POST leaves them', async () => {
  for (const [method, kept] of [
    ['PUT', []],
    ['POST', ['first']],
  ] as const) {
    const job = `method-${method}`;
    const registry = new Registry();
    const first = new Gauge({ name: 'first' });
    registry.register(first);
    const { exporter } = exporterTo(`/metrics/job/${job}?method=${method}`, registry);
    await exporter.init();
    await exporter.forceFlush();
    registry.unregister(first);
    registry.register(new Gauge({ name: 'second' }));
    await exporter.forceFlush();
    const names = [...inGroup(await gateway.rows(), { job }).values()].map(({ name }) => name);
    expect(names.sort()).toEqual([...kept, 'second']);
  }
});

testWith('pushgateway', 'the last push is at shutdown; deleteAtStop takes the group away', async () => {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total' });
  registry.register(jobs);
  const kept = exporterTo('/metrics/job/kept', registry).exporter;
  const gone = exporterTo('/metrics/job/gone?deleteAtStop=true', registry).exporter;
  await kept.init();
  await gone.init();
  await gone.forceFlush();
  expect(await gateway.groups()).toContainEqual({ job: 'gone' });
  expect(await gateway.groups()).not.toContainEqual({ job: 'kept' });
  jobs.add(4);
  await kept.shutdown();
  await gone.shutdown();
  expect(await gateway.groups()).toContainEqual({ job: 'kept' });
  expect(await gateway.groups()).not.toContainEqual({ job: 'gone' });
  expect(
    inGroup(await gateway.rows(), { job: 'kept' }).get(rowKey({ name: 'jobs_total', labels: {} }))?.value,
  ).toBe(4);
});

testWith(
  'pushgateway',
  'what the Pushgateway refuses is shown in its own words, counted, and not tried again',
  async () => {
    const [first, second] = [new Registry(), new Registry()];
    first.register(new Gauge({ name: 'clash', help: 'One.' }));
    second.register(new Counter({ name: 'clash', help: 'Other.' }));
    const one = exporterTo('/metrics/job/clash-1?translation=NoTranslation', first);
    const other = exporterTo('/metrics/job/clash-2?translation=NoTranslation', second);
    await one.exporter.init();
    await one.exporter.forceFlush();
    await other.exporter.init();
    await other.exporter.forceFlush();
    expect(other.logger.messages('error')[0]).toMatch(
      /the Pushgateway answered 400: pushed metrics are invalid or inconsistent with existing metrics: .*clash/,
    );
    const counts = rowsOfSnapshot(await second.gather()).filter(({ labels }) => labels.cause === 'refused');
    expect(counts.map(({ name, value }) => [name, value])).toEqual([
      ['oriel_exporter_push_dropped_batches_total', 1],
      ['oriel_exporter_push_failures_total', 1],
    ]);
  },
);

testWith(
  'pushgateway',
  'series with a label of the grouping key and families of the gateway stay out, told once and counted',
  async () => {
    const registry = new Registry();
    registry.register(new Gauge({ name: 'push_time_seconds' }));
    const own = new Gauge({ name: 'own', labelNames: ['job'] });
    own.set(1, { job: 'mine' });
    own.set(1, { job: 'yours' });
    registry.register(own);
    registry.register(new Gauge({ name: 'fine' }));
    const { exporter, logger } = exporterTo('/metrics/job/left-out', registry);
    await exporter.init();
    await exporter.forceFlush();
    await exporter.forceFlush();
    expect(logger.messages('error')).toEqual([]);
    expect(logger.messages('warn')).toEqual([
      'Cannot push family "own": it has label "job", which the grouping key has too; use another name',
      'Cannot push family "push_time_seconds": the Pushgateway has a family of this name; use another',
    ]);
    expect([...inGroup(await gateway.rows(), { job: 'left-out' }).values()].map(({ name }) => name)).toEqual([
      'fine',
    ]);
    const dropped = rowsOfSnapshot(await registry.gather()).find(({ name }) =>
      name.includes('dropped_series'),
    );
    expect(dropped?.value).toBe(6);
  },
);

describe('restarts', () => {
  testWith(
    'pushgateway',
    'totals equal after restarts of the gateway, that forgets or keeps, and of the program',
    async () => {
      const job = 'restarts';
      const registry = new Registry();
      const jobs = new Counter({ name: 'restarted_total', labelNames: ['n'] });
      registry.register(jobs);
      const total = async (n: string) => {
        const found = inGroup(await gateway.rows(), { job });
        return found.get(rowKey({ name: 'restarted_total', labels: { n } }))?.value;
      };
      const first = exporterTo(`/metrics/job/${job}`, registry).exporter;
      await first.init();
      jobs.add(3, { n: 'a' });
      await first.forceFlush();
      expect(await total('a')).toBe(3);
      // Forgets.
      await gateway.stop();
      jobs.add(4, { n: 'a' });
      await first.forceFlush();
      expect(first.backends()[0].state).toBe('failed');
      await gateway.start(true);
      expect(await total('a')).toBeUndefined();
      await first.forceFlush();
      expect([await total('a'), first.backends()[0].state]).toEqual([7, 'up']);
      // Keeps.
      await gateway.stop();
      await gateway.start(true);
      expect(await total('a')).toBe(7);
      await first.shutdown();
      // The program anew, with other numbers.
      const fresh = new Registry();
      const again = new Counter({ name: 'restarted_total', labelNames: ['n'] });
      fresh.register(again);
      again.add(2, { n: 'b' });
      const second = exporterTo(`/metrics/job/${job}`, fresh).exporter;
      await second.init();
      expect(await total('a')).toBe(7);
      await second.shutdown();
      expect([await total('a'), await total('b')]).toEqual([undefined, 2]);
    },
  );
});

test.runIf(hasTool('pushgateway'))('ten thousand series arrive, each with its number', async () => {
  const registry = new Registry();
  const jobs = new Counter({ name: 'many_total', labelNames: ['id'] });
  for (let id = 0; id < 10_000; id++) jobs.add(id / 3, { id: String(id) });
  registry.register(jobs);
  const { exporter } = exporterTo('/metrics/job/many', registry);
  await exporter.init();
  await exporter.forceFlush();
  const rows = (await gateway.rows()).filter(({ name }) => name === 'many_total');
  expect(rows).toHaveLength(10_000);
  expect(rows.every(({ labels, value }) => value === Number(labels.id) / 3)).toBe(true);
});
