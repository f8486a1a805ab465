import { Counter, Desc, Gauge, Histogram, Registry } from '@oriel/metrics';
import { rowsOfSnapshot } from '@oriel/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines } from '../src/json-lines.ts';
import { rowsOfJson } from './json-rows.ts';

test('jsonLines() writes a series a line, with cumulative buckets, times and words for what is not finite', async () => {
  const registry = new Registry();
  const now = () => Date.UTC(2023, 0, 1);
  const latency = new Histogram({ name: 'latency', unit: 's', labelNames: ['route'], buckets: [1, 2], now });
  for (const value of [0.5, 1.5, 9]) latency.observe(value, { route: 'a"\n' });
  const depth = new Desc({ name: 'depth', type: 'gauge' });
  registry.register({
    describe: () => [depth],
    collect: (out) => out.gauge(depth, Number.NEGATIVE_INFINITY, [], { timestamp: now() }),
  });
  registry.register(latency);
  const snapshot = { ...(await registry.gather()), time: Date.UTC(2023, 10, 14, 22, 13, 20) };
  expect([...jsonLines(snapshot)].join('')).toBe(
    '{"time":"2023-11-14T22:13:20.000Z","name":"depth","type":"gauge","labels":{},"sampled":"2023-01-01T00:00:00.000Z","value":"-Inf"}\n' +
      '{"time":"2023-11-14T22:13:20.000Z","name":"latency","type":"histogram","unit":"s","labels":{"route":"a\\"\\n"},"start":"2023-01-01T00:00:00.000Z","count":3,"sum":11,"buckets":[[1,1],[2,2],["+Inf",3]]}\n',
  );
});

test('jsonLines() gives texts of whole lines and bounded size, and every number back', async () => {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', labelNames: ['id'] });
  for (let id = 0; id < 5000; id++) jobs.add(id / 7, { id: `job ${id}` });
  registry.register(jobs);
  const snapshot = await registry.gather();
  const texts = [...jsonLines(snapshot)];
  expect(texts.length).toBeGreaterThan(5);
  for (const text of texts) expect([text.endsWith('\n'), text.length < 70_000]).toEqual([true, true]);
  const known = rowsOfSnapshot(snapshot).map(({ labels, value }) => [labels.id, value]);
  expect(rowsOfJson(texts.join('')).map(({ labels, value }) => [labels.id, value])).toEqual(known);
});

test('any value and any label come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double(), fc.string({ unit: 'binary', maxLength: 20 }), async (value, id) => {
      const registry = new Registry();
      const depth = new Gauge({ name: 'depth', labelNames: ['id'] });
      depth.set(value, { id });
      registry.register(depth);
      const snapshot = await registry.gather();
      const [known] = rowsOfSnapshot(snapshot);
      const [row] = rowsOfJson([...jsonLines(snapshot)].join(''));
      expect([row?.value === known?.value || Object.is(row?.value, known?.value), row?.labels]).toEqual([
        true,
        known?.labels,
      ]);
    }),
    { numRuns: 200 },
  );
});

test('a time that no date can be is left out', async () => {
  const registry = new Registry();
  registry.register(new Histogram({ name: 'latency', buckets: [1], now: () => 1e300 }));
  const text = [...jsonLines(await registry.gather())].join('');
  expect(JSON.parse(text)).not.toHaveProperty('start');
});
