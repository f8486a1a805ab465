import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  Counter,
  Desc,
  type FamilySink,
  type Gatherer,
  Gauge,
  Histogram,
  Registry,
  Summary,
} from '@oriel/metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { meterProviderFor, metricProducerFor, openTelemetryCollector } from '../src/index.ts';

async function metricsFrom(registry: Gatherer): Promise<MetricData[]> {
  const { resourceMetrics, errors } = await metricProducerFor(registry).collect();
  expect(errors).toEqual([]);
  return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
}

function registryOf(desc: Desc, collect: (out: FamilySink) => void): Registry {
  const registry = new Registry();
  registry.register({ describe: () => [desc], collect });
  return registry;
}

/** What a metric says, without times. */
function told({ descriptor: { name, unit }, dataPointType, ...rest }: MetricData): unknown[] {
  const points = rest.dataPoints.map(({ attributes, value }) => [attributes, value]);
  const kind =
    'isMonotonic' in rest ? (rest.isMonotonic ? 'rising sum' : 'sum') : DataPointType[dataPointType];
  return [name, unit, kind, AggregationTemporality[rest.aggregationTemporality], points];
}

describe('metricProducerFor()', () => {
  const readers: PeriodicExportingMetricReader[] = [];

  afterEach(async () => {
    for (const reader of readers.splice(0)) await reader.shutdown();
    metrics.disable();
  });

  test('lets an exporter of OpenTelemetry carry a registry beside its own instruments', async () => {
    const registry = new Registry();
    registry
      .getOrRegister(new Counter({ name: 'jobs_total', labelNames: ['kind'] }))
      .add(3, { kind: 'mail' });
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({
      exporter,
      metricProducers: [metricProducerFor(registry)],
    });
    readers.push(reader);
    meterProviderFor({ reader, global: true });
    metrics.getMeter('shop').createCounter('orders').add(2);
    await reader.forceFlush();
    const [{ scopeMetrics }] = exporter.getMetrics();
    expect(scopeMetrics.map(({ scope, metrics }) => [scope.name, metrics.map(told)])).toEqual([
      ['shop', [['orders', '', 'rising sum', 'CUMULATIVE', [[{}, 2]]]]],
      ['oriel', [['jobs_total', '', 'rising sum', 'CUMULATIVE', [[{ kind: 'mail' }, 3]]]]],
    ]);
  });

  test('tells when counting began and when it was read, to the microsecond', async () => {
    const created = 1_700_000_000_123.25;
    const desc = new Desc({ name: 'jobs_total', type: 'counter' });
    const registry = registryOf(desc, (out) => out.counter(desc, 1, [], { created, timestamp: created + 1 }));
    const [{ dataPoints }] = await metricsFrom(registry);
    expect(dataPoints[0].startTime).toEqual([1_700_000_000, 123_250_000]);
    expect(dataPoints[0].endTime).toEqual([1_700_000_000, 124_250_000]);
  });

  test('gives each series its own start and time', async () => {
    const desc = new Desc({ name: 'jobs_total', type: 'counter', labelNames: ['i'] });
    const registry = registryOf(desc, (out) => {
      for (const i of [1, 2]) out.counter(desc, 1, [i], { created: i * 1000, timestamp: i * 2000 });
    });
    const [{ dataPoints }] = await metricsFrom(registry);
    expect(dataPoints.map(({ startTime, endTime }) => [startTime, endTime])).toEqual([
      [
        [1, 0],
        [2, 0],
      ],
      [
        [2, 0],
        [4, 0],
      ],
    ]);
  });

  test('makes a resource of the family target; of two series the first to name an attribute', async () => {
    const target = new Desc({ name: 'target', type: 'info', labelNames: ['host.name', 'zone'] });
    const registry = registryOf(target, (out) => {
      out.info(target, ['h1', '']);
      out.info(target, ['h2', 'a']);
    });
    const { resourceMetrics } = await metricProducerFor(registry).collect();
    const { attributes } = resourceMetrics.resource;
    expect([resourceMetrics.scopeMetrics, attributes]).toEqual([[], { 'host.name': 'h1', zone: 'a' }]);
  });

  test('gives the start 0 where it is not known, and the time of the snapshot', async () => {
    const before = Date.now();
    const registry = new Registry();
    registry.getOrRegister(new Gauge({ name: 'depth' })).set(-2.5);
    const [{ dataPoints }] = await metricsFrom(registry);
    const [seconds, nanoseconds] = dataPoints[0].endTime;
    expect(dataPoints[0].startTime).toEqual([0, 0]);
    expect(Math.abs(seconds * 1000 + nanoseconds / 1e6 - before)).toBeLessThan(5000);
  });

  test('puts constant labels among the attributes and leaves empty values out', async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'depth', labelNames: ['queue'], constLabels: { zone: 'a' } });
    registry.register(gauge);
    gauge.set(1, { queue: '' });
    gauge.set(2, { queue: 'mail' });
    const [metric] = await metricsFrom(registry);
    expect(metric.dataPoints.map(({ attributes }) => attributes)).toEqual([
      { zone: 'a' },
      { queue: 'mail', zone: 'a' },
    ]);
  });

  test.each([
    ['seconds', 's'],
    ['milliseconds', 'ms'],
    ['bytes', 'By'],
    ['bytes_per_second', 'By/s'],
    ['ratio', '1'],
    ['ms', 'ms'],
    ['{order}', '{order}'],
    ['constructor', 'constructor'],
    ['', ''],
  ])('writes unit "%s" as "%s"', async (unit, code) => {
    const registry = new Registry();
    registry.getOrRegister(new Gauge({ name: 'thing', unit, help: 'A thing.' })).set(1);
    const [{ descriptor }] = await metricsFrom(registry);
    expect(descriptor).toMatchObject({ name: 'thing', description: 'A thing.', unit: code });
  });

  test('keeps the bounds and bucket counts of a histogram, and no sum where there is none', async () => {
    const registry = new Registry();
    const histogram = new Histogram({ name: 'wait_seconds', buckets: [1, 2] });
    registry.register(histogram);
    for (const value of [1, 1.5, 7]) histogram.observe(value);
    const desc = new Desc({ name: 'zzz', type: 'histogram' });
    const data = { count: 2, sum: Number.NaN, buckets: [[1, 1]] as const };
    registry.register({ describe: () => [desc], collect: (out) => out.histogram(desc, data) });
    expect((await metricsFrom(registry)).map(told)).toEqual([
      [
        'wait_seconds',
        '',
        'HISTOGRAM',
        'CUMULATIVE',
        [[{}, { buckets: { boundaries: [1, 2], counts: [1, 1, 1] }, count: 3, sum: 9.5 }]],
      ],
      [
        'zzz',
        '',
        'HISTOGRAM',
        'CUMULATIVE',
        [[{}, { buckets: { boundaries: [1], counts: [1, 1] }, count: 2 }]],
      ],
    ]);
  });

  test('keeps exponential buckets as such, each under the index of its lower bound', async () => {
    const desc = new Desc({ name: 'rpc', type: 'exponential_histogram' });
    const registry = registryOf(desc, (out) =>
      out.exponentialHistogram(desc, {
        count: 7,
        sum: 20,
        schema: 1,
        zeroCount: 1,
        positive: [
          [-3, 2],
          [-1, 3],
        ],
        negative: [[2, 1]],
      }),
    );
    const value = {
      count: 7,
      sum: 20,
      scale: 1,
      zeroCount: 1,
      positive: { offset: -4, bucketCounts: [2, 0, 3] },
      negative: { offset: 1, bucketCounts: [1] },
    };
    expect((await metricsFrom(registry)).map(told)).toEqual([
      ['rpc', '', 'EXPONENTIAL_HISTOGRAM', 'CUMULATIVE', [[{}, value]]],
    ]);
  });

  test('writes a summary as a gauge of its quantiles and two sums', async () => {
    const registry = new Registry();
    const summary = new Summary({ name: 'body_bytes', objectives: { 0.5: 0.01 }, labelNames: ['path'] });
    registry.register(summary);
    for (const value of [4, 4, 4]) summary.observe(value, { path: '/' });
    expect((await metricsFrom(registry)).map(told)).toEqual([
      ['body_bytes', '', 'GAUGE', 'CUMULATIVE', [[{ path: '/', quantile: '0.5' }, 4]]],
      ['body_bytes_sum', '', 'sum', 'CUMULATIVE', [[{ path: '/' }, 12]]],
      ['body_bytes_count', '', 'rising sum', 'CUMULATIVE', [[{ path: '/' }, 3]]],
    ]);
  });

  test('writes info and state sets as sums that do not rise, so that they add up over labels', async () => {
    const registry = new Registry();
    const build = new Desc({ name: 'build', type: 'info', labelNames: ['version'] });
    const engine = new Desc({ name: 'engine', type: 'state_set' });
    registry.register({
      describe: () => [build, engine],
      collect(out) {
        out.info(build, ['1.2']);
        out.stateSet(engine, { off: false, on: true });
      },
    });
    const states = [
      [{ engine: 'off' }, 0],
      [{ engine: 'on' }, 1],
    ];
    expect((await metricsFrom(registry)).map(told)).toEqual([
      ['build_info', '', 'sum', 'CUMULATIVE', [[{ version: '1.2' }, 1]]],
      ['engine', '', 'sum', 'CUMULATIVE', states],
    ]);
  });

  test('writes a gauge histogram as gauges with cumulative buckets, and an unknown as a gauge', async () => {
    const desc = new Desc({ name: 'sizes', type: 'gauge_histogram' });
    const odd = new Desc({ name: 'odd', type: 'unknown' });
    const registry = new Registry();
    const buckets = [
      [1, 1],
      [8, 3],
    ] as const;
    registry.register({
      describe: () => [desc, odd],
      collect(out) {
        out.gaugeHistogram(desc, { count: 4, sum: 10, buckets });
        out.unknown(odd, 7);
      },
    });
    const counts = [
      [{ le: '1' }, 1],
      [{ le: '8' }, 3],
      [{ le: '+Inf' }, 4],
    ];
    expect((await metricsFrom(registry)).map(told)).toEqual([
      ['odd', '', 'GAUGE', 'CUMULATIVE', [[{}, 7]]],
      ['sizes_bucket', '', 'GAUGE', 'CUMULATIVE', counts],
      ['sizes_gcount', '', 'GAUGE', 'CUMULATIVE', [[{}, 4]]],
      ['sizes_gsum', '', 'GAUGE', 'CUMULATIVE', [[{}, 10]]],
    ]);
  });

  test('gives what came from OpenTelemetry its scopes and its resource back', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    readers.push(reader);
    const provider = meterProviderFor({ reader });
    provider.getMeter('a', '1.0', { schemaUrl: 'https://s' }).createCounter('hits').add(1, { x: '1' });
    provider.getMeter('b').createCounter('hits').add(2, { x: '1' });
    const registry = new Registry();
    registry.register(openTelemetryCollector({ reader }));
    const { resourceMetrics } = await metricProducerFor(registry).collect();
    expect(resourceMetrics.scopeMetrics.map(({ scope, metrics }) => [scope, metrics.map(told)])).toEqual([
      [
        { name: 'a', version: '1.0', schemaUrl: 'https://s' },
        [['hits', '', 'rising sum', 'CUMULATIVE', [[{ x: '1' }, 1]]]],
      ],
      [{ name: 'b' }, [['hits', '', 'rising sum', 'CUMULATIVE', [[{ x: '1' }, 2]]]]],
    ]);
    expect(resourceMetrics.resource.attributes).toHaveProperty(['telemetry.sdk.name'], 'opentelemetry');
  });

  test('tells what the registry could not collect, beside what it could', async () => {
    const registry = new Registry();
    registry.getOrRegister(new Gauge({ name: 'depth' })).set(1);
    registry.register({
      describe: () => [new Desc({ name: 'broken', type: 'gauge' })],
      collect() {
        throw new Error('no connection');
      },
    });
    const { resourceMetrics, errors } = await metricProducerFor(registry).collect();
    expect(resourceMetrics.scopeMetrics[0].metrics).toHaveLength(1);
    expect(String(errors[0])).toContain('no connection');
  });

  test('resolves with an error when the gatherer rejects', async () => {
    const gatherer: Gatherer = { gather: () => Promise.reject(new Error('gone')) };
    const { resourceMetrics, errors } = await metricProducerFor(gatherer).collect();
    expect(resourceMetrics.scopeMetrics).toEqual([]);
    expect(String(errors[0])).toContain('gone');
  });

  test('ends within the time it is given: a registry gives what has arrived', async () => {
    const registry = new Registry();
    registry.getOrRegister(new Gauge({ name: 'depth' })).set(1);
    const slow = new Desc({ name: 'slow', type: 'gauge' });
    registry.register({ describe: () => [slow], collect: () => new Promise(() => {}) });
    const { resourceMetrics, errors } = await metricProducerFor(registry).collect({ timeoutMillis: 5 });
    expect(resourceMetrics.scopeMetrics[0].metrics).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'COLLECT_TIMEOUT' });
  });

  test('ends within the time it is given when the gatherer heeds no signal', async () => {
    const gatherer: Gatherer = { gather: () => new Promise(() => {}) };
    const { errors } = await metricProducerFor(gatherer).collect({ timeoutMillis: 5 });
    expect(errors[0]).toMatchObject({ code: 'COLLECT_TIMEOUT' });
  });

  test('cuts the circle of a registry that reads the reader it produces for', async () => {
    const registry = new Registry();
    registry.getOrRegister(new Gauge({ name: 'depth' })).set(1);
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const metricProducers = [metricProducerFor(registry)];
    const reader = new PeriodicExportingMetricReader({ exporter, metricProducers });
    readers.push(reader);
    meterProviderFor({ reader }).getMeter('a').createCounter('hits').add(2);
    registry.register(openTelemetryCollector({ reader, targetInfo: false }));
    const { resourceMetrics, errors } = await reader.collect();
    const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map((each) => each.descriptor.name),
    );
    expect(names).toEqual(['hits', 'depth', 'hits']);
    expect(String(errors)).toContain('give each its own reader');
  });
});
