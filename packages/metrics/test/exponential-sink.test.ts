import { describe, expect, test } from 'vitest';
import type { Collector, ExponentialHistogramData, HistogramOptions } from '../src/collector.ts';
import { Desc } from '../src/desc.ts';
import { countOf, exponentialOf, Histogram, Registry } from '../src/index.ts';
import type { SeriesColumns } from '../src/snapshot.ts';
import { gatherAll } from './rows-of.ts';

const desc = new Desc({ name: 'h', type: 'exponential_histogram', labelNames: ['a'] });

function writing(...rows: readonly [ExponentialHistogramData, HistogramOptions?][]): Collector {
  return {
    describe: () => [desc],
    collect(out) {
      for (const [i, [data, options]] of rows.entries())
        out.exponentialHistogram(desc, data, [String(i)], options);
    },
  };
}

const usual = {
  count: 6,
  sum: 9,
  schema: 2,
  zeroCount: 1,
  positive: [
    [3, 2],
    [-1, 2],
  ],
  negative: [[0, 1]],
} as const;

describe('FamilySink.exponentialHistogram()', () => {
  test('takes buckets in any order and leaves out empty ones', async () => {
    const exemplars = [5, 1].map((value) => ({ labels: [], value, timestamp: 7 }));
    const { families, errors } = await gatherAll(
      writing(
        [
          { ...usual, positive: [...usual.positive, [9, 0]] },
          { exemplars, created: 5 },
        ],
        [{ count: 0, sum: 0, schema: -4, zeroThreshold: 0.5 }],
      ),
    );
    expect(errors).toEqual([]);
    const [part] = families[0].parts;
    expect([...part.values]).toEqual([6, 9, 0, 0]);
    const row = exponentialOf(part.exponential!, 0);
    expect(row).toEqual({
      schema: 2,
      zeroThreshold: 2 ** -128,
      zeroCount: 1,
      positive: { indices: Int32Array.of(-1, 3), counts: Float64Array.of(2, 2) },
      negative: { indices: Int32Array.of(0), counts: Float64Array.of(1) },
    });
    expect(exponentialOf(part.exponential!, 1)).toMatchObject({
      schema: -4,
      zeroThreshold: 0.5,
      zeroCount: 0,
    });
    expect(part.exponential?.exemplars?.get(0)?.map(({ value }) => value)).toEqual([1, 5]);
    expect(part.created).toEqual(Float64Array.of(5, Number.NaN));
  });

  test('takes classic buckets beside', async () => {
    const { families } = await gatherAll(writing([{ ...usual, buckets: [[1, 4]] }]));
    const [part] = families[0].parts;
    expect([part.points, [...part.values]]).toEqual([[1], [4, 2, 9]]);
    expect(countOf(part, 'exponential_histogram', 0)).toBe(6);
  });

  test('takes a count above its buckets only with a sum that is not a number', async () => {
    const { errors } = await gatherAll(writing([{ ...usual, count: 7, sum: Number.NaN }]));
    expect(errors).toEqual([]);
  });

  test.each<[string, Partial<ExponentialHistogramData>]>([
    ['its schema is 9 (number)', { schema: 9 }],
    ['its zero threshold is -1 (number)', { zeroThreshold: -1 }],
    ['its count is 7 (number), its buckets and zeros have 6', { count: 7 }],
    ['its count is 5 (number), its buckets and zeros have 6', { count: 5, sum: Number.NaN }],
    ['a count is -1 (number)', { positive: [[1, -1]] }],
    ['a count is 0.5 (number)', { negative: [[1, 0.5]] }],
    ['a count is NaN (number)', { zeroCount: Number.NaN }],
    [
      'bucket 3 stands twice',
      {
        positive: [
          [3, 1],
          [3, 1],
        ],
      },
    ],
    ['no number is in bucket 1.5 (number)', { positive: [[1.5, 1]] }],
    ['no number is in bucket 4098 (number)', { positive: [[4098, 1]] }],
    ['no number is in bucket -100000 (number)', { positive: [[-100_000, 1]] }],
    ['a value is "9"', { sum: '9' as unknown as number }],
    [
      'its bucket counts fall',
      {
        buckets: [
          [1, 3],
          [2, 1],
        ],
      },
    ],
  ])('leaves out a series of which %s', async (what, wrong) => {
    const { families, errors } = await gatherAll(writing([{ ...usual, ...wrong }], [usual]));
    expect(errors.map((error) => [error.code, error.message.includes(what)])).toEqual([
      ['SERIES_INVALID', true],
    ]);
    expect(families[0].parts[0].rows).toBe(1);
  });

  test('columns() are left out if they lack buckets or are too short', async () => {
    const h = new Histogram({ name: 'h', exponential: {} });
    h.observe(1);
    const [part] = (await gatherAll(h)).families[0].parts;
    const { exponential } = part;
    const broken: Partial<SeriesColumns>[] = [
      { exponential: undefined },
      { exponential: { ...exponential!, schemas: new Int8Array(0) } },
      { exponential: { ...exponential!, starts: new Uint32Array(1) } },
      { exponential: { ...exponential!, counts: new Float64Array(0) } },
    ];
    for (const change of broken) {
      const registry = new Registry();
      const head = { name: 'h', help: '', unit: '', type: 'exponential_histogram' } as const;
      registry.register({ describe: () => [], collect: (out) => out.columns(head, { ...part, ...change }) });
      const { families, errors } = await registry.gather();
      expect([families.length, errors.map((error) => error.code)]).toEqual([0, ['SERIES_INVALID']]);
    }
  });
});
