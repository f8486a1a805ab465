import {
  AggregationTemporality,
  DataPointType,
  type ExponentialHistogram,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentialShape, MAX_EXPONENTIAL_BUCKETS } from '../src/exponential-histogram.ts';
import { bridge, seriesOf } from './bridge.ts';
import { exponential, histogram } from './exponentials.ts';
import { foreign, point } from './foreign-producer.ts';

function cellsOf(value: ExponentialHistogram, others: ExponentialHistogram[] = []): [number[], number[]] {
  const shape = exponentialShape([value, ...others], 'x');
  const cells = new Float64Array(shape.stride);
  expect(shape.write(value, cells, 0)).toBe(true);
  return [[...shape.points], [...cells]];
}

describe('explicit bounds', () => {
  test.each([
    ['that stand twice are one', [1, 1, 5], [1, 5], [1, 2, 0, 7]],
    ['of +Infinity are implied', [1, Number.POSITIVE_INFINITY], [1], [1, 2, 7]],
    ['of -Infinity are taken off by the SDK', [Number.NEGATIVE_INFINITY, 1], [1], [1, 2, 7]],
    ['below zero are kept', [-5, 1], [-5, 1], [0, 1, 2, 7]],
    ['may be none', [], [], [3, 7]],
  ])('%s', async (_, explicitBucketBoundaries, points, values) => {
    const { meter, series } = bridge();
    const took = meter.createHistogram('took', { advice: { explicitBucketBoundaries } });
    for (const value of [1, 2, 4]) took.record(value);
    expect(await series('took')).toMatchObject([{ points, values }]);
  });

  test('that are NaN cost their family and are reported', async () => {
    const { meter, gather } = bridge();
    meter.createHistogram('bad', { advice: { explicitBucketBoundaries: [1, Number.NaN] } }).record(1);
    meter.createCounter('good').add(1);
    const { families, errors } = await gather();
    expect(families.map(({ name }) => name)).toEqual(['good']);
    expect(errors).toMatchObject([{ code: 'BOUND_NOT_FINITE' }]);
  });

  test('that differ between scopes give one family with a part for each', async () => {
    const { provider, family } = bridge({ scopeInfo: true });
    for (const bound of [1, 2]) {
      const meter = provider.getMeter(`scope ${bound}`);
      meter.createHistogram('took', { advice: { explicitBucketBoundaries: [bound] } }).record(2);
    }
    const all = seriesOf(await family('took'));
    expect(all.map(({ points, values }) => [points, values])).toEqual([
      [[1], [0, 1, 2]],
      [[2], [1, 0, 2]],
    ]);
  });
});

describe('an exponential histogram', () => {
  test('has powers of two as exact bounds, a value on one below it', async () => {
    const { meter, series } = bridge({ views: [exponential('took', 4)] });
    const took = meter.createHistogram('took');
    for (const value of [0, 0, 1, 2, 3, 4, 16]) took.record(value);
    const [{ points, values }] = await series('took');
    // Scale -1: bounds are powers of four.
    expect(points).toEqual([0, 0.25, 1, 4, 16]);
    expect(values).toEqual([2, 0, 1, 3, 1, 0, 26]);
  });

  test('is never an empty family', async () => {
    const { meter, series } = bridge({ views: [exponential('took')] });
    meter.createHistogram('took').record(0);
    expect(await series('took')).toMatchObject([{ points: [0], values: [1, 0, 0] }]);
  });

  test('counts values below zero together with zero, and has no sum', async () => {
    const { meter, series } = bridge({ views: [exponential('level')] });
    const level = meter.createUpDownCounter('level');
    for (const value of [-3, -0.001, 0, 1]) level.add(value);
    const [{ points, values }] = await series('level');
    expect([points[0], values[0], values.at(-1)]).toEqual([0, 3, Number.NaN]);
    expect(values.slice(0, -1).reduce((sum, count) => sum + count)).toBe(4);
  });

  test('has edges beyond the range of doubles taken as 0 and +Inf', () => {
    const all = histogram({ scale: -10, positive: { offset: -2, bucketCounts: [1, 2, 3, 4] } });
    expect(cellsOf(all)).toEqual([
      [0, 2 ** -1024, 1],
      [0, 1, 2, 7, 0],
    ]);
  });

  test('whose scale or offset is not whole is refused, and cannot hold up the scrape', () => {
    const endless = histogram({ positive: { offset: Number.POSITIVE_INFINITY, bucketCounts: [1] } });
    expect(() => exponentialShape([endless], 'x')).toThrow('must be whole numbers');
  });

  test('shares its bounds with all series of the family', async () => {
    const { meter, family } = bridge({ views: [exponential('took')] });
    const took = meter.createHistogram('took');
    for (const value of [1e-6, 2e-6]) took.record(value, { of: 'tiny' });
    for (const value of [1e6, 2e6, 2e6]) took.record(value, { of: 'huge' });
    const { parts } = await family('took');
    expect(parts).toHaveLength(1);
    const [{ points, stride, values }] = parts;
    expect(points.length).toBeLessThanOrEqual(MAX_EXPONENTIAL_BUCKETS + 2);
    const below = (row: number, limit: number): number =>
      points.reduce((sum, bound, i) => (bound <= limit ? sum + values[row * stride + i] : sum), 0);
    expect([below(0, 1), below(1, 1), below(0, 1e7), below(1, 1e7)]).toEqual([2, 0, 2, 3]);
  });

  test('has an exact count below every bound, whatever was recorded', async () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: -30, max: 30 }).map((power) => 2 ** power),
    );
    const series = fc.array(fc.array(value, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(series, fc.constantFrom(2, 20, 160), async (given, maxSize) => {
        const { meter, series: read } = bridge({ views: [exponential('took', maxSize)] });
        const took = meter.createHistogram('took');
        for (const [of, values] of given.entries()) for (const each of values) took.record(each, { of });
        for (const { labels, points, values: cells } of await read('took')) {
          const recorded = given[Number(labels.of)];
          let below = 0;
          for (const [i, bound] of points.entries()) {
            below += cells[i];
            // Above scale 0 the SDK itself sorts values within a few roundings of an edge to either side.
            const near = bound * 1e-12;
            expect(below).toBeGreaterThanOrEqual(recorded.filter((each) => each < bound - near).length);
            expect(below).toBeLessThanOrEqual(recorded.filter((each) => each <= bound + near).length);
            if (i > 0) expect(bound).toBeGreaterThan(points[i - 1]);
          }
          expect(below + cells[points.length]).toBe(recorded.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('has bounds that become coarser, never other ones, as values come', async () => {
    const { meter, series } = bridge({ views: [exponential('took', 8)] });
    const took = meter.createHistogram('took');
    let before: readonly number[] = [];
    for (const value of [1, 1.5, 3, 9, 100, 0.01, 1e6]) {
      took.record(value);
      const [{ points }] = await series('took');
      const within = points.filter((bound) => bound >= before[1] && bound <= before[before.length - 1]);
      for (const bound of within) expect(before).toContain(bound);
      before = points;
    }
  });
});

class DeltaReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  }
  async onShutdown(): Promise<void> {}
  async onForceFlush(): Promise<void> {}
}

test('delta sums and histograms are left out with a warning each, gauges are kept', async () => {
  const { meter, gather, warnings } = bridge({
    reader: new DeltaReader(),
    views: [exponential('exponential')],
  });
  for (let round = 0; round < 2; round++) {
    meter.createCounter('sum').add(1);
    meter.createHistogram('explicit').record(1);
    meter.createHistogram('exponential').record(1);
    meter.createGauge('now').record(1);
    expect((await gather()).families.map(({ name }) => name)).toEqual(['now']);
  }
  expect(warnings).toEqual(
    ['exponential', 'sum', 'explicit'].map(
      (name) =>
        `Cannot keep points of OpenTelemetry metric "${name}": their temporality is delta; use a reader that asks for cumulative temporality`,
    ),
  );
});

async function kept(metric: object): Promise<{ families: string[]; warnings: string[] }> {
  const { gather, warnings } = foreign([metric]);
  const { families, errors } = await gather();
  expect(errors).toEqual([]);
  return { families: families.map(({ name }) => name), warnings };
}

test('a kind of point that is not known is left out with a warning', async () => {
  expect(await kept({ dataPointType: 9, dataPoints: [point(1)] })).toEqual({
    families: [],
    warnings: [
      'Cannot keep points of OpenTelemetry metric "x": they are of the unknown kind 9; use another aggregation',
    ],
  });
});

test.each([
  ['too few', [1]],
  ['too many', [1, 2, 3]],
  ['negative', [-1, 2]],
  ['broken', [0.5, 1]],
])('a histogram with %s counts is left out with a warning', async (_, counts) => {
  const value = { buckets: { boundaries: [1], counts }, count: 3, sum: 3 };
  const found = await kept({ dataPointType: DataPointType.HISTOGRAM, dataPoints: [point(value)] });
  expect(found).toEqual({
    families: [],
    warnings: [
      'Cannot keep a point of OpenTelemetry metric "x": its value cannot be that of a histogram; record finite numbers',
    ],
  });
});

test('a monotonic sum below zero is left out with a warning', async () => {
  const { families, warnings } = await kept({ isMonotonic: true, dataPoints: [point(-1)] });
  expect([families, warnings.length]).toEqual([[], 1]);
});
