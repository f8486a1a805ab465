import type { ExponentialBucketData, ExponentialHistogramData } from './collector.ts';
import type { Desc } from './desc.ts';
import { isSchema } from './exponential.ts';
import { exponentialBound } from './exponential-bounds.ts';
import type { ExponentialBuckets } from './exponential-row.ts';
import { quote } from './names.ts';
import { type Cells, counts, histogramRow, refuse } from './row-check.ts';
import type { Exemplar } from './snapshot.ts';

/** The cells and buckets of an exponential histogram, checked: its count is that of its buckets. */
export function exponentialRow(
  desc: Desc,
  data: ExponentialHistogramData,
  exemplars: readonly Exemplar[],
): Cells {
  const { schema, zeroThreshold = 2 ** -128, zeroCount = 0, buckets = [] } = data;
  const { count, sum } = data;
  refuse(desc, !isSchema(schema), `its schema is ${quote(schema)}; use a whole number of -4 to 8`);
  const threshold = typeof zeroThreshold === 'number' && zeroThreshold >= 0 && Number.isFinite(zeroThreshold);
  refuse(desc, !threshold, `its zero threshold is ${quote(zeroThreshold)}; use a finite number of 0 or more`);
  const positive = bucketsOf(desc, schema, data.positive ?? []);
  const negative = bucketsOf(desc, schema, data.negative ?? []);
  counts(desc, [zeroCount]);
  const inBuckets = total(positive) + total(negative) + zeroCount;
  const agrees = count === inBuckets || (Number.isNaN(sum) && count > inBuckets);
  refuse(desc, !agrees, `its count is ${quote(count)}, its buckets and zeros have ${inBuckets}`);
  return {
    ...histogramRow(desc, { count, sum, buckets }, exemplars),
    exponential: { schema, zeroThreshold, zeroCount, positive, negative },
    rowExemplars: exemplars.toSorted((a, b) => a.value - b.value),
  };
}

function bucketsOf(desc: Desc, schema: number, data: ExponentialBucketData): ExponentialBuckets {
  const all = [...data].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b);
  for (const [i, [index]] of all.entries()) {
    // The lowest bucket has the smallest number in it, the highest the infinity.
    const there =
      Number.isInteger(index) && exponentialBound(schema, index) > 0 && index <= 1024 * 2 ** schema + 1;
    refuse(desc, !there, `no number is in bucket ${quote(index)} of schema ${schema}`);
    refuse(desc, i > 0 && all[i - 1][0] === index, `bucket ${index} stands twice`);
  }
  const numbers = all.map(([, count]) => count);
  return { indices: all.map(([index]) => index), counts: counts(desc, numbers) };
}

function total({ counts: all }: ExponentialBuckets): number {
  return Array.from(all).reduce((sum, count) => sum + count, 0);
}
