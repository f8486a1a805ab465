import { Counter, Gauge, Histogram, Registry } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Encoder } from '../src/encoder.ts';
import { usual, written } from './written.ts';

async function manyGauges(values: readonly number[]): Promise<Awaited<ReturnType<Registry['gather']>>> {
  const registry = new Registry();
  const depth = new Gauge({ name: 'depth', labelNames: ['queue'] });
  registry.register(depth);
  for (const [i, value] of values.entries()) depth.set(value, { queue: `${i}`.repeat(1 + (i % 17)) });
  return registry.gather();
}

test('encode() fills packets up to the limit, and never splits a line', async () => {
  const snapshot = await manyGauges(Array.from({ length: 5000 }, (_, i) => i));
  const { packets, lines, tally } = written(new Encoder({ ...usual, maxPacketBytes: 512 }), snapshot);
  expect(lines.length).toBe(5000);
  expect(tally).toMatchObject({ lines: 5000, dropped: { too_long: 0 } });
  expect(Math.max(...packets.map((packet) => packet.length))).toBeLessThanOrEqual(512);
  // The next line would not have fitted.
  for (const [i, packet] of packets.slice(0, -1).entries())
    expect(packet.length + 1 + packets[i + 1].split('\n')[0].length).toBeGreaterThan(512);
});

test('encode() keeps the two lines of a negative gauge in one packet', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -50, max: 10 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 64, max: 200 }),
      async (values, maxPacketBytes) => {
        const { packets } = written(new Encoder({ ...usual, maxPacketBytes }), await manyGauges(values));
        for (const packet of packets) {
          const lines = packet.split('\n');
          for (const [i, line] of lines.entries()) {
            if (!line.includes(':-')) continue;
            expect(lines[i - 1]).toBe(line.replace(/:-.*/, ':0|g'));
          }
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a line that is longer than a packet is left out and counted, and its siblings stay', async () => {
  const registry = new Registry();
  const labelNames = ['a', 'b', 'c'] as const;
  const depth = new Gauge({ name: 'depth', labelNames });
  registry.register(depth);
  depth.set(1, { a: 'x'.repeat(100), b: 'y'.repeat(100), c: 'z'.repeat(100) });
  depth.set(2, { a: 'short' });
  const { lines, tally } = written(new Encoder({ ...usual, maxPacketBytes: 256 }), await registry.gather());
  expect(lines).toEqual(['depth.a.short:2|g']);
  expect(tally.dropped.too_long).toBe(1);
  expect(tally.droppedBytes).toBe('depth.a..b..c.:1|g'.length + 300);
});

test('a packet may be filled to the last byte', async () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'a', callback: () => 1 }));
  registry.register(new Gauge({ name: 'b', callback: () => 1 }));
  const snapshot = await registry.gather();
  const packetsOf = (maxPacketBytes: number): readonly string[] =>
    written(new Encoder({ ...usual, maxPacketBytes }), snapshot).packets;
  expect(packetsOf('a:1|g\nb:1|g'.length)).toEqual(['a:1|g\nb:1|g']);
  expect(packetsOf('a:1|g\nb:1|g'.length - 1)).toEqual(['a:1|g', 'b:1|g']);
  expect(packetsOf('a:1|g'.length)).toEqual(['a:1|g', 'b:1|g']);
  expect(packetsOf('a:1|g'.length - 1)).toEqual([]);
});

test('NaN and infinities are left out and counted', async () => {
  const snapshot = await manyGauges([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 7]);
  const { lines, tally } = written(new Encoder(usual), snapshot);
  expect(lines).toEqual(['depth.queue.3333:7|g']);
  expect(tally.dropped.not_finite).toBe(3);
});

test('encode() stops after at most 256 rows or a block, whatever the number of series', async () => {
  const registry = new Registry();
  const counter = new Counter({ name: 'idle_total', labelNames: ['i'], seriesLimit: 50_000 });
  registry.register(counter);
  for (let i = 0; i < 50_000; i++) counter.add(0, { i });
  const idle = written(new Encoder(usual), await registry.gather());
  expect(idle.lines).toEqual([]);
  expect(idle.steps).toBeGreaterThanOrEqual(195);
  counter.reset();
  for (let i = 0; i < 50_000; i++) counter.add(1, { i });
  const busy = written(new Encoder(usual), await registry.gather());
  expect(busy.lines.length).toBe(50_000);
  expect(busy.mostBytes).toBeLessThan(64 * 1024 + 1432);
});

test('a row of more lines than a block holds is written whole', async () => {
  const registry = new Registry();
  const bounds = Array.from({ length: 5000 }, (_, i) => i);
  const wait = new Histogram({ name: 'wait', buckets: bounds });
  registry.register(wait);
  for (const bound of bounds) wait.observe(bound);
  const encoder = new Encoder({ ...usual, flavour: 'dogstatsd', histograms: 'buckets' });
  const { lines, mostBytes } = written(encoder, await registry.gather());
  expect(lines.length).toBe(5002);
  expect(mostBytes).toBeGreaterThan(2 * 64 * 1024);
  expect(lines.at(-1)).toBe('wait.bucket:1|c|#lower_bound:4998,upper_bound:4999');
});
