import { Counter, Desc, type FamilySink, Gauge, Histogram, Registry, Summary } from '@oriel/metrics';
import { expect, test } from 'vitest';
import type { EncoderOptions } from '../src/encoder.ts';
import { linesOf } from './written.ts';

const dialects: Readonly<Record<string, Partial<EncoderOptions>>> = {
  path: {},
  graphite: { nameTags: 'graphite' },
  influx: { nameTags: 'influx' },
  dogstatsd: { flavour: 'dogstatsd' },
};

async function allDialects(registry: Registry, options: Partial<EncoderOptions> = {}): Promise<unknown> {
  const snapshot = await registry.gather();
  return Object.fromEntries(
    Object.entries(dialects).map(([name, dialect]) => [name, linesOf(snapshot, { ...dialect, ...options })]),
  );
}

function registryOf(...collectors: Parameters<Registry['register']>[0][]): Registry {
  const registry = new Registry();
  for (const collector of collectors) registry.register(collector);
  return registry;
}

function one(desc: Desc, write: (out: FamilySink) => void): Registry {
  return registryOf({ describe: () => [desc], collect: write });
}

test('a counter is a line of type c with its labels, constant ones first', async () => {
  const calls = new Counter({
    name: 'calls_total',
    labelNames: ['verb', 'code'],
    constLabels: { zone: 'eu' },
  });
  calls.add(3, { verb: 'GET', code: 200 });
  calls.add(0.5, { verb: 'PUT' });
  calls.add(0, { verb: 'POST' });
  expect(await allDialects(registryOf(calls))).toEqual({
    path: ['calls_total.zone.eu.code.200.verb.GET:3|c', 'calls_total.zone.eu.verb.PUT:0.5|c'],
    graphite: ['calls_total;zone=eu;code=200;verb=GET:3|c', 'calls_total;zone=eu;verb=PUT:0.5|c'],
    influx: ['calls_total,zone=eu,code=200,verb=GET:3|c', 'calls_total,zone=eu,verb=PUT:0.5|c'],
    dogstatsd: ['calls_total:3|c|#zone:eu,code:200,verb:GET', 'calls_total:0.5|c|#zone:eu,verb:PUT'],
  });
});

test('a gauge below 0 is set to 0 first where a sign means "less by"', async () => {
  const depth = new Gauge({ name: 'depth' });
  depth.set(-2.5);
  const all = await allDialects(registryOf(depth));
  const reset = ['depth:0|g', 'depth:-2.5|g'];
  expect(all).toEqual({ path: reset, graphite: reset, influx: reset, dogstatsd: ['depth:-2.5|g'] });
  const snapshot = await registryOf(depth).gather();
  expect(linesOf(snapshot, { flavour: 'dogstatsd', negativeGauges: 'reset' })).toEqual(reset);
  expect(linesOf(snapshot, { negativeGauges: 'absolute' })).toEqual(['depth:-2.5|g']);
});

test('a histogram is its count and sum as counters, and chosen quantiles as gauges', async () => {
  const wait = new Histogram({ name: 'wait_seconds', labelNames: ['peer'], buckets: [1, 2, 4] });
  for (const value of [0.5, 1.5, 1.75, 3]) wait.observe(value, { peer: 'a' });
  expect(await allDialects(registryOf(wait))).toEqual({
    path: [
      'wait_seconds.count.peer.a:4|c',
      'wait_seconds.sum.peer.a:6.75|c',
      'wait_seconds.p50.peer.a:1.5|g',
      'wait_seconds.p99.peer.a:3.92|g',
    ],
    graphite: [
      'wait_seconds.count;peer=a:4|c',
      'wait_seconds.sum;peer=a:6.75|c',
      'wait_seconds.p50;peer=a:1.5|g',
      'wait_seconds.p99;peer=a:3.92|g',
    ],
    influx: [
      'wait_seconds.count,peer=a:4|c',
      'wait_seconds.sum,peer=a:6.75|c',
      'wait_seconds.p50,peer=a:1.5|g',
      'wait_seconds.p99,peer=a:3.92|g',
    ],
    dogstatsd: [
      'wait_seconds.count:4|c|#peer:a',
      'wait_seconds.sum:6.75|c|#peer:a',
      'wait_seconds.p50:1.5|g|#peer:a',
      'wait_seconds.p99:3.92|g|#peer:a',
    ],
  });
});

test('by buckets a histogram is a counter for each that has something in it, told by its bounds', async () => {
  const wait = new Histogram({ name: 'wait_seconds', buckets: [0.5, 2] });
  for (const value of [0.25, 9, 9]) wait.observe(value);
  expect(await allDialects(registryOf(wait), { histograms: 'buckets' })).toEqual({
    path: [
      'wait_seconds.count:3|c',
      'wait_seconds.sum:18.25|c',
      'wait_seconds.bucket.lower_bound.-inf.upper_bound.0_5:1|c',
      'wait_seconds.bucket.lower_bound.2.upper_bound.inf:2|c',
    ],
    graphite: [
      'wait_seconds.count:3|c',
      'wait_seconds.sum:18.25|c',
      'wait_seconds.bucket;lower_bound=-inf;upper_bound=0.5:1|c',
      'wait_seconds.bucket;lower_bound=2;upper_bound=inf:2|c',
    ],
    influx: [
      'wait_seconds.count:3|c',
      'wait_seconds.sum:18.25|c',
      'wait_seconds.bucket,lower_bound=-inf,upper_bound=0.5:1|c',
      'wait_seconds.bucket,lower_bound=2,upper_bound=inf:2|c',
    ],
    dogstatsd: [
      'wait_seconds.count:3|c',
      'wait_seconds.sum:18.25|c',
      'wait_seconds.bucket:1|c|#lower_bound:-inf,upper_bound:0.5',
      'wait_seconds.bucket:2|c|#lower_bound:2,upper_bound:inf',
    ],
  });
});

test('as samples a histogram is a value for each bucket with a sample rate; timers are in milliseconds', async () => {
  const wait = new Histogram({ name: 'wait_seconds', labelNames: ['peer'], buckets: [1, 2] });
  // Seven of 1.25 in a bucket whose middle is 1.5: the sum moves them down.
  for (let i = 0; i < 7; i++) wait.observe(1.25, { peer: 'a' });
  const snapshot = await registryOf(wait).gather();
  const dogstatsd = { flavour: 'dogstatsd' } as const;
  expect(linesOf(snapshot, { histograms: 'ms' })).toEqual([
    'wait_seconds.peer.a:1250|ms|@0.14285714285714285',
  ]);
  expect(linesOf(snapshot, { ...dogstatsd, histograms: 'h' })).toEqual([
    'wait_seconds:1.25|h|@0.14285714285714285|#peer:a',
  ]);
  expect(linesOf(snapshot, { ...dogstatsd, histograms: 'd' })).toEqual([
    'wait_seconds:1.25|d|@0.14285714285714285|#peer:a',
  ]);
});

test('an exponential histogram is written like a classic one, its quantiles between exponential bounds', async () => {
  const rpc = new Desc({ name: 'rpc', type: 'exponential_histogram' });
  const data = {
    count: 4,
    sum: 20,
    schema: 0,
    positive: [
      [1, 2],
      [4, 2],
    ],
  } as const;
  const registry = one(rpc, (out) => out.exponentialHistogram(rpc, data));
  expect(linesOf(await registry.gather(), { quantiles: [0.25, 1] })).toEqual([
    'rpc.count:4|c',
    'rpc.sum:20|c',
    'rpc.p25:1.4142135623730951|g',
    'rpc.p100:16|g',
  ]);
  expect(linesOf(await registry.gather(), { histograms: 'buckets', flavour: 'dogstatsd' }).slice(2)).toEqual([
    'rpc.bucket:2|c|#lower_bound:1,upper_bound:2',
    'rpc.bucket:2|c|#lower_bound:8,upper_bound:16',
  ]);
});

test('a gauge histogram is gauges, whatever the form of histograms', async () => {
  const sizes = new Desc({ name: 'sizes', type: 'gauge_histogram' });
  const data = {
    count: 4,
    sum: 10,
    buckets: [
      [1, 1],
      [8, 4],
    ],
  } as const;
  const snapshot = await one(sizes, (out) => out.gaugeHistogram(sizes, data)).gather();
  const wanted = ['sizes.count:4|g', 'sizes.sum:10|g', 'sizes.p50:3.333333333333333|g'];
  for (const histograms of ['quantiles', 'buckets', 'ms'] as const)
    expect(linesOf(snapshot, { quantiles: [0.5], histograms })).toEqual(wanted);
});

test('a summary is its own quantiles as gauges, its sum and count as counters', async () => {
  const body = new Desc({ name: 'body_bytes', type: 'summary' });
  const data = {
    count: 3,
    sum: 96,
    quantiles: [
      [0.5, 16],
      [0.999, 64],
    ],
  } as const;
  const snapshot = await one(body, (out) => out.summary(body, data)).gather();
  expect(linesOf(snapshot)).toEqual([
    'body_bytes.p50:16|g',
    'body_bytes.p99_9:64|g',
    'body_bytes.sum:96|c',
    'body_bytes.count:3|c',
  ]);
});

test('an info is 1, and each state of a state set 1 or 0 under a tag of the name of the family', async () => {
  const build = new Desc({ name: 'build_info', type: 'info', labelNames: ['version'] });
  const engine = new Desc({ name: 'engine', type: 'state_set' });
  const registry = registryOf({
    describe: () => [build, engine],
    collect(out) {
      out.info(build, ['v1']);
      out.stateSet(engine, { off: false, on: true });
    },
  });
  expect(await allDialects(registry)).toEqual({
    path: ['build_info.version.v1:1|g', 'engine.engine.off:0|g', 'engine.engine.on:1|g'],
    graphite: ['build_info;version=v1:1|g', 'engine;engine=off:0|g', 'engine;engine=on:1|g'],
    influx: ['build_info,version=v1:1|g', 'engine,engine=off:0|g', 'engine,engine=on:1|g'],
    dogstatsd: ['build_info:1|g|#version:v1', 'engine:0|g|#engine:off', 'engine:1|g|#engine:on'],
  });
});

test('what cannot stand in a name or a tag becomes _, and values stay apart by an ending', async () => {
  const depth = new Gauge({ name: 'rpc/queue:depth', labelNames: ['host'] });
  depth.set(1, { host: '10.0.0.1' });
  depth.set(2, { host: 'a|b,c' });
  depth.set(3, { host: 'a_b_c' });
  const all = (await allDialects(registryOf(depth))) as Record<string, string[]>;
  expect(all.path[0]).toMatch(/^rpc_queue_depth\.host\.10_0_0_1--[0-9a-z]{10}:1\|g$/);
  expect(all.graphite[0]).toBe('rpc_queue_depth;host=10.0.0.1:1|g');
  expect(all.dogstatsd[0]).toBe('rpc_queue_depth:1|g|#host:10.0.0.1');
  expect(all.dogstatsd[1]).toMatch(/^rpc_queue_depth:2\|g\|#host:a_b_c--[0-9a-z]{10}$/);
  expect(all.dogstatsd[2]).toBe('rpc_queue_depth:3|g|#host:a_b_c');
});

test('labels whose keys become equal, or are those of bounds, keep keys of their own', async () => {
  const wait = new Histogram({ name: 'wait', buckets: [1], labelNames: ['a é', 'a ü', 'upper_bound'] });
  wait.observe(1, { 'a é': 'x', 'a ü': 'y', upper_bound: 'z' });
  const lines = linesOf(await registryOf(wait).gather(), { flavour: 'dogstatsd', histograms: 'buckets' });
  const keys = [...(lines[2].split('#')[1] ?? '').matchAll(/([^,:]+):/g)].map(([, key]) => key);
  expect(new Set(keys).size).toBe(5);
  expect(keys.slice(-2)).toEqual(['lower_bound', 'upper_bound']);
});

test('a histogram or summary without observations writes nothing, and an unknown sum is left out', async () => {
  const idle = registryOf(
    new Histogram({ name: 'idle', buckets: [1] }),
    new Summary({ name: 'quiet', objectives: { 0.5: 0.05 } }),
  );
  expect(linesOf(await idle.gather())).toEqual([]);
  const desc = new Desc({ name: 'odd', type: 'histogram' });
  const odd = one(desc, (out) => out.histogram(desc, { count: 2, sum: Number.NaN, buckets: [] }));
  expect(linesOf(await odd.gather())).toEqual(['odd.count:2|c']);
});
