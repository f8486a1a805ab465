import { Histogram, Registry } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketRow } from '../src/bucket-row.ts';
import { bucketSamples, rateOf } from '../src/bucket-samples.ts';
import { estimateQuantile } from '../src/quantile-estimate.ts';

async function rowOf(values: readonly number[], options: object): Promise<BucketRow> {
  const registry = new Registry();
  const wait = new Histogram({ name: 'wait', ...options });
  registry.register(wait);
  for (const value of values) wait.observe(value);
  const [family] = (await registry.gather()).families;
  const row = new BucketRow();
  row.load(family.parts[0], family.type, 0);
  return row;
}

const value = fc.double({ min: -100, max: 100, noNaN: true });
const values = fc.array(value, { minLength: 1, maxLength: 40 });
const layout = fc.constantFrom({ buckets: [-10, -1, 0, 0.5, 3, 50] }, { buckets: [1] }, { exponential: {} });

test('bucketSamples() stays within the buckets and adds up to the sum', async () => {
  await fc.assert(
    fc.asyncProperty(values, layout, async (observed, options) => {
      const row = await rowOf(observed, options);
      const samples = bucketSamples(row);
      const total = samples.reduce((sum, sample, i) => sum + sample * row.counts[i], 0);
      expect(total).toBeCloseTo(row.sum, 6);
      for (const [i, sample] of samples.entries()) {
        expect(sample).toBeGreaterThanOrEqual(row.lower[i] - 1e-9);
        expect(sample).toBeLessThanOrEqual(row.upper[i] + 1e-9);
      }
    }),
  );
});

test('rateOf() says the count to who rounds down and to who rounds', () => {
  for (let count = 1; count < 100_000; count++) {
    const weight = 1 / rateOf(count);
    if (Math.floor(weight) !== count || Math.round(weight) !== count) expect(weight).toBe(count);
    if (rateOf(count) > 1) expect(count).toBe(1);
  }
});

test('estimateQuantile() lies in the bucket of the true quantile, and never falls', async () => {
  await fc.assert(
    fc.asyncProperty(values, layout, async (observed, options) => {
      const row = await rowOf(observed, options);
      const sorted = observed.toSorted((a, b) => a - b);
      let last = Number.NEGATIVE_INFINITY;
      for (const quantile of [0.01, 0.25, 0.5, 0.9, 1]) {
        const estimate = estimateQuantile(row, quantile);
        if (estimate === undefined) continue;
        const truth = sorted[Math.max(0, Math.ceil(quantile * sorted.length - 1e-9) - 1)];
        const bucket = row.upper.slice(0, row.size).findIndex((upper) => truth <= upper);
        expect(estimate).toBeGreaterThanOrEqual(Math.min(row.lower[bucket], row.upper[bucket]) - 1e-9);
        expect(estimate).toBeLessThanOrEqual(Math.max(row.lower[bucket], row.upper[bucket]) + 1e-9);
        expect(estimate).toBeGreaterThanOrEqual(last - 1e-9);
        last = estimate;
      }
    }),
  );
});

test('estimateQuantile() has nothing to say of a histogram without bounds', async () => {
  expect(estimateQuantile(await rowOf([1, 2], { buckets: [] }), 0.5)).toBeUndefined();
});
