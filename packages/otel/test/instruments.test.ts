import { type BatchObservableCallback, ValueType } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { bridge } from './bridge.ts';

const head = (name: string, type: string, unit = '', help = ''): object => ({ name, type, unit, help });

test('a Counter becomes a counter with the exact sum of each attribute set', async () => {
  const { meter, family, series } = bridge();
  const hits = meter.createCounter('http.hits', { unit: '{request}', description: 'Requests.' });
  hits.add(1, { method: 'GET' });
  hits.add(2.5, { method: 'GET' });
  hits.add(4, { method: 'PUT' });
  expect(await family('http.hits')).toMatchObject(head('http.hits', 'counter', '{request}', 'Requests.'));
  expect(await series('http.hits')).toMatchObject([
    { labels: { method: 'GET' }, values: [3.5] },
    { labels: { method: 'PUT' }, values: [4] },
  ]);
});

test('an UpDownCounter becomes a gauge that may fall below zero', async () => {
  const { meter, family, series } = bridge();
  const open = meter.createUpDownCounter('open');
  open.add(2);
  open.add(-5);
  expect(await family('open')).toMatchObject(head('open', 'gauge'));
  expect(await series('open')).toMatchObject([{ labels: {}, values: [-3], created: undefined }]);
});

test('a Gauge becomes a gauge with the value recorded last, NaN and infinities included', async () => {
  const { meter, family, series } = bridge();
  const level = meter.createGauge('level', { unit: 'Cel' });
  for (const value of [1, 7]) level.record(value, { at: 'a' });
  level.record(Number.NaN, { at: 'b' });
  level.record(Number.NEGATIVE_INFINITY, { at: 'c' });
  expect(await family('level')).toMatchObject(head('level', 'gauge', 'Cel'));
  const values = (await series('level')).map((each) => each.values[0]);
  expect(values).toEqual([7, Number.NaN, Number.NEGATIVE_INFINITY]);
});

test('a Histogram becomes a histogram with a value on a bound below it', async () => {
  const { meter, family, series } = bridge();
  const took = meter.createHistogram('took', {
    unit: 'ms',
    advice: { explicitBucketBoundaries: [1, 5, 10] },
  });
  for (const value of [1, 1.5, 5, 10, 11, 1000]) took.record(value);
  expect(await family('took')).toMatchObject(head('took', 'histogram', 'ms'));
  expect(await series('took')).toMatchObject([{ points: [1, 5, 10], values: [1, 2, 1, 2, 1028.5] }]);
});

test('a Histogram without advice has the fifteen default bounds of OpenTelemetry', async () => {
  const { meter, series } = bridge();
  meter.createHistogram('took').record(3);
  const [{ points, values }] = await series('took');
  expect(points).toEqual([0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]);
  expect(values).toEqual([0, 1, ...Array(14).fill(0), 3]);
});

test('observable instruments become what their synchronous kin become', async () => {
  const { meter, gather } = bridge();
  meter.createObservableCounter('sum').addCallback((result) => result.observe(7));
  meter.createObservableUpDownCounter('up.down').addCallback((result) => result.observe(-7));
  meter.createObservableGauge('now').addCallback(async (result) => result.observe(0.5));
  const { families, errors } = await gather();
  expect(errors).toEqual([]);
  expect(families.map(({ name, type, parts }) => [name, type, parts[0].values[0]])).toEqual([
    ['now', 'gauge', 0.5],
    ['sum', 'counter', 7],
    ['up.down', 'gauge', -7],
  ]);
});

test('a batch callback fills several instruments', async () => {
  const { meter, series } = bridge();
  const used = meter.createObservableGauge('used', { valueType: ValueType.INT });
  const free = meter.createObservableGauge('free');
  const both: BatchObservableCallback = (result) => {
    result.observe(used, 3, { disk: 'a' });
    result.observe(free, 4.5, { disk: 'a' });
  };
  meter.addBatchObservableCallback(both, [used, free]);
  expect(await series('used')).toMatchObject([{ labels: { disk: 'a' }, values: [3] }]);
  expect(await series('free')).toMatchObject([{ labels: { disk: 'a' }, values: [4.5] }]);
});

test('several collections count on, and a snapshot taken before does not change', async () => {
  const { meter, family } = bridge();
  const hits = meter.createCounter('hits');
  const took = meter.createHistogram('took', { advice: { explicitBucketBoundaries: [1] } });
  let seen = 10;
  meter.createObservableCounter('seen').addCallback((result) => result.observe(seen));
  const first = { hits: new Float64Array(), took: new Float64Array() };
  for (const round of [1, 2, 3]) {
    hits.add(round);
    took.record(round);
    seen += round;
    const values = async (name: string): Promise<Float64Array> => (await family(name)).parts[0].values;
    if (round === 1) Object.assign(first, { hits: await values('hits'), took: await values('took') });
    expect(await values('hits')).toEqual(Float64Array.of((round * (round + 1)) / 2));
    expect(await values('took')).toEqual(Float64Array.of(1, round - 1, (round * (round + 1)) / 2));
    expect(await values('seen')).toEqual(Float64Array.of(10 + (round * (round + 1)) / 2));
  }
  expect(first).toEqual({ hits: Float64Array.of(1), took: Float64Array.of(1, 0, 1) });
});

test('created is the start time, and stays over collections', async () => {
  const { meter, series } = bridge();
  const before = Date.now();
  const hits = meter.createCounter('hits');
  hits.add(1);
  meter.createHistogram('took').record(1);
  const after = Date.now();
  const [{ created }] = await series('hits');
  expect(created).toBeGreaterThanOrEqual(before);
  expect(created).toBeLessThanOrEqual(after);
  hits.add(1);
  expect((await series('hits'))[0].created).toBe(created);
  expect((await series('took'))[0].created).toBeGreaterThanOrEqual(before);
});

test('a counter that NaN was added to is left out with one warning, its neighbours are kept', async () => {
  const { meter, series, warnings } = bridge();
  const hits = meter.createCounter('hits');
  hits.add(Number.NaN, { of: 'bad' });
  hits.add(1, { of: 'good' });
  hits.add(Number.POSITIVE_INFINITY, { of: 'huge' });
  for (const _ of [1, 2]) {
    expect(await series('hits')).toMatchObject([
      { labels: { of: 'good' }, values: [1] },
      { labels: { of: 'huge' }, values: [Number.POSITIVE_INFINITY] },
    ]);
  }
  expect(warnings).toEqual([
    'Cannot keep a point of OpenTelemetry metric "hits": its value cannot be that of a counter; record finite numbers',
  ]);
});

test('views with another aggregation decide the type', async () => {
  const { meter, gather } = bridge({
    views: [
      { instrumentName: 'a', aggregation: { type: AggregationType.SUM } },
      { instrumentName: 'b', aggregation: { type: AggregationType.LAST_VALUE }, name: 'b.last' },
      {
        instrumentName: 'c',
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [2] } },
      },
      { instrumentName: 'd', aggregation: { type: AggregationType.DROP } },
    ],
  });
  for (const value of [1, 3]) {
    meter.createHistogram('a').record(value);
    meter.createCounter('b').add(value);
    meter.createUpDownCounter('c').add(value);
    meter.createCounter('d').add(value);
  }
  const { families } = await gather();
  expect(families.map(({ name, type, parts }) => [name, type, [...parts[0].values]])).toEqual([
    ['a', 'counter', [4]],
    ['b.last', 'gauge', [3]],
    ['c', 'histogram', [1, 1, Number.NaN]],
  ]);
});

test("series beyond the SDK's limit are warned about", async () => {
  const { meter, series, warnings } = bridge({
    views: [{ instrumentName: 'hits', aggregationCardinalityLimit: 3 }],
  });
  const hits = meter.createCounter('hits');
  for (let i = 0; i < 10; i++) hits.add(1, { i });
  const all = await series('hits');
  expect(all.reduce((sum, { values }) => sum + values[0], 0)).toBe(10);
  expect(all.at(-1)?.labels).toEqual({ 'otel.metric.overflow': 'true' });
  expect(warnings).toEqual([
    'Cannot keep all series of OpenTelemetry metric "hits": it has more than the SDK\'s limit; set aggregationCardinalityLimit in a view',
  ]);
});

test('instruments with odd names are kept as they are, those without a name are left out', async () => {
  const { meter, gather, warnings } = bridge();
  const long = 'n'.repeat(300);
  for (const name of ['a b', long, '1/2', 'x\ud800', '']) meter.createCounter(name).add(1);
  const { families, errors } = await gather();
  expect(families.map(({ name }) => name)).toEqual(['1/2', 'a b', long, 'x\ufffd']);
  expect(errors).toEqual([]);
  expect(warnings).toEqual(['Cannot keep points of OpenTelemetry metric "": its name is empty; give it one']);
});
