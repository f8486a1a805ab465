import { type DataPoint, DataPointType, type ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { type ExponentialRow, exponentialOf, type Family } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricProducerFor } from '../src/index.ts';
import { type Bridge, bridge } from './bridge.ts';
import { exponential, histogram } from './exponentials.ts';
import { foreign, point } from './foreign-producer.ts';

const none = { indices: [], counts: [] };

/** The exponential rows of a family, as plain arrays. */
function rowsOf({ parts }: Family): ExponentialRow[] {
  const plain = (list: ArrayLike<number>): number[] => Array.from(list);
  return parts.flatMap(({ rows, exponential: columns }) =>
    Array.from({ length: rows }, (_, row) => {
      const { positive, negative, ...rest } = exponentialOf(columns!, row);
      const [above, below] = [positive, negative].map(({ indices, counts }) => ({
        indices: plain(indices),
        counts: plain(counts),
      }));
      return { ...rest, positive: above, negative: below };
    }),
  );
}

/** What a family "x" of such points becomes. */
const taken = (...values: object[]): Bridge =>
  foreign(
    values.map((value, i) => ({
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: [point(value, { i })],
    })),
  );

test('an exponential histogram keeps its scale, its zeros and its buckets, named by their upper bounds', async () => {
  const { meter, family } = bridge({ views: [exponential('took', 4)] });
  const took = meter.createHistogram('took');
  for (const value of [0, 0, 1, 2, 3, 4, 16]) took.record(value);
  const found = await family('took');
  expect(found.type).toBe('exponential_histogram');
  // Scale -1: bucket 0 is (1/4, 1], bucket 1 is (1, 4].
  expect(rowsOf(found)).toEqual([
    {
      schema: -1,
      zeroThreshold: 0,
      zeroCount: 2,
      positive: { indices: [0, 1, 2], counts: [1, 3, 1] },
      negative: none,
    },
  ]);
});

test('negative values are in buckets of their own, and the sum is not known', async () => {
  const { meter, family } = bridge({ views: [exponential('level', 4)] });
  const level = meter.createUpDownCounter('level');
  for (const value of [-4, -3, 0, 1]) level.add(value);
  const found = await family('level');
  const [{ zeroCount, positive, negative, schema }] = rowsOf(found);
  expect([zeroCount, positive.counts, schema]).toEqual([1, [1], 3]);
  // 4 is 2 ** (16 / 8), 3 is in the bucket up to 2 ** (13 / 8).
  expect(negative).toEqual({ indices: [13, 16], counts: [1, 1] });
  expect(found.parts[0].values.at(-1)).toBeNaN();
});

test('a scale above 8 becomes 8', async () => {
  const { meter, family } = bridge({ views: [exponential('took')] });
  meter.createHistogram('took').record(1.5);
  const [row] = rowsOf(await family('took'));
  expect([row.schema, row.positive]).toEqual([8, { indices: [150], counts: [1] }]);
});

test('a zero threshold that a producer tells is kept, one that cannot be is 0', async () => {
  const { family } = taken(
    ...[0.5, -1, Number.NaN].map((zeroThreshold) => ({ ...histogram({ zeroCount: 3 }), zeroThreshold })),
  );
  const thresholds = rowsOf(await family('x')).map((row) => row.zeroThreshold);
  expect(thresholds).toEqual([0.5, 0, 0]);
});

test('every value is in its bucket, and the classic buckets beside have the same count', async () => {
  // Farther apart than these, so few buckets want a scale below -4.
  const recordings = fc.constantFrom([20, 1e15] as const, [160, 1e300] as const).chain(([maxSize, most]) => {
    const value = fc.oneof(fc.constant(0), fc.double({ min: 1 / most, max: most, noNaN: true }));
    return fc.record({
      maxSize: fc.constant(maxSize),
      values: fc.array(value, { minLength: 1, maxLength: 30 }),
    });
  });
  await fc.assert(
    fc.asyncProperty(recordings, async ({ values, maxSize }) => {
      const { meter, family } = bridge({ views: [exponential('took', maxSize)] });
      const took = meter.createHistogram('took');
      for (const each of values) took.record(each);
      const found = await family('took');
      const [{ schema, zeroCount, positive }] = rowsOf(found);
      expect(zeroCount).toBe(values.filter((each) => each === 0).length);
      let below = 0;
      for (const [i, index] of Array.from(positive.indices).entries()) {
        below += positive.counts[i];
        const bound = Math.log2(values.filter((each) => each > 0).toSorted((a, b) => a - b)[below - 1]);
        // The highest of so many values ends in this bucket.
        expect(bound * 2 ** schema).toBeGreaterThan(index - 1 - 1e-6);
        expect(bound * 2 ** schema).toBeLessThan(index + 1e-6);
      }
      const [{ values: cells, stride }] = found.parts;
      const classic = cells.slice(0, stride - 1).reduce((sum, count) => sum + count, 0);
      expect([zeroCount + below, classic]).toEqual([values.length, values.length]);
    }),
    { numRuns: 100 },
  );
});

test('what came in goes out again as it was', async () => {
  const { meter, registry } = bridge({ views: [exponential('took', 20)] });
  const took = meter.createHistogram('took');
  for (const value of [0, 0.3, 5, 70, 70.5]) took.record(value, { of: 'x' });
  const { resourceMetrics } = await metricProducerFor(registry).collect();
  const [metric] = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  expect(metric.dataPointType).toBe(DataPointType.EXPONENTIAL_HISTOGRAM);
  const [{ value }] = metric.dataPoints as DataPoint<ExponentialHistogram>[];
  expect(value).toMatchObject({ count: 5, zeroCount: 1, sum: 145.8 });
  const edges = value.positive.bucketCounts.flatMap((count, i) =>
    count === 0 ? [] : [2 ** ((value.positive.offset + i + 1) / 2 ** value.scale)],
  );
  for (const [i, edge] of edges.entries()) expect(edge).toBeGreaterThanOrEqual([0.3, 5, 70, 70.5][i]);
});

test('series whose labels are equal add up, at the lower scale', async () => {
  const { family, warnings } = foreign([
    {
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: [
        point(histogram({ scale: 1, zeroCount: 1, positive: { offset: 3, bucketCounts: [1, 2] } }), {
          code: 200,
        }),
        point(histogram({ scale: 3, positive: { offset: 0, bucketCounts: [9] } }), { code: 404 }),
        point(histogram({ scale: 0, positive: { offset: 1, bucketCounts: [4, 5] } }), { code: '200' }),
      ],
    },
  ]);
  expect(rowsOf(await family('x'))).toEqual([
    // (2, 2 ** 1.5] … at scale 0: (2, 4] has 1 + 4, (4, 8] has 2 + 5.
    {
      schema: 0,
      zeroThreshold: 0,
      zeroCount: 1,
      positive: { indices: [2, 3], counts: [5, 7] },
      negative: none,
    },
    { schema: 3, zeroThreshold: 0, zeroCount: 0, positive: { indices: [1], counts: [9] }, negative: none },
  ]);
  expect(warnings).toHaveLength(1);
});

const explicit = {
  dataPointType: DataPointType.HISTOGRAM,
  dataPoints: [point({ buckets: { boundaries: [1], counts: [1, 2] }, count: 3, sum: 3 })],
};
const native = {
  dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
  dataPoints: [point(histogram({ positive: { offset: 0, bucketCounts: [7] } }), { kind: 'exponential' })],
};
const coarse = {
  dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
  dataPoints: [point(histogram({ scale: -5, positive: { offset: 0, bucketCounts: [7] } }))],
};

test.each([
  ['with explicit bounds, before it', [explicit, native]],
  ['with explicit bounds, after it', [native, explicit]],
  ['of a scale below -4, before it', [coarse, native]],
  ['of a scale below -4, after it', [native, coarse]],
])('beside a histogram %s, an exponential one has classic buckets for good', async (_, metrics) => {
  const { family, warnings } = foreign(metrics);
  for (let round = 0; round < 2; round++) {
    const { type, parts } = await family('x');
    expect([type, parts.map((part) => part.exponential)]).toEqual(['histogram', parts.map(() => undefined)]);
    expect(parts.reduce((rows, part) => rows + part.rows, 0)).toBe(2);
  }
  expect(warnings).toEqual([]);
});

test('a counter of the name of an exponential histogram is left out with a warning', async () => {
  const { family, warnings } = foreign([native, { isMonotonic: true, dataPoints: [point(1)] }]);
  expect((await family('x')).parts[0].rows).toBe(1);
  expect(warnings).toEqual([
    'Cannot keep a counter of OpenTelemetry metric "x": the name is taken by a histogram; rename one with a view',
  ]);
});

test.each([
  ['of a count below 0', { offset: 0, bucketCounts: [1, -1] }],
  ['of a broken count', { offset: 0, bucketCounts: [0.5] }],
  ['above the largest number', { offset: 2000, bucketCounts: [1] }],
  ['below the smallest number', { offset: -2000, bucketCounts: [1] }],
])('a point with a bucket %s, of either sign, is left out with a warning', async (_, buckets) => {
  for (const sign of ['positive', 'negative']) {
    const { gather, warnings } = taken(histogram({ [sign]: buckets }), histogram({ zeroCount: 1 }));
    const { families, errors } = await gather();
    expect([errors, rowsOf(families[0]).map((row) => row.zeroCount)]).toEqual([[], [1]]);
    expect(warnings).toEqual([
      'Cannot keep a point of OpenTelemetry metric "x": its value cannot be that of a histogram; record finite numbers',
    ]);
  }
});

test('an offset that is not whole costs its family and is reported', async () => {
  const endless = { offset: Number.POSITIVE_INFINITY, bucketCounts: [1] };
  const { families, errors } = await taken(histogram({ negative: endless })).gather();
  expect([families, errors]).toMatchObject([[], [{ code: 'SERIES_INVALID' }]]);
});
