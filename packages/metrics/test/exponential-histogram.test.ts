import { describe, expect, test } from 'vitest';
import { Histogram } from '../src/histogram.ts';
import {
  countOf,
  exponentialOf,
  mergeGatherers,
  Registry,
  sumOf,
  withLabels,
  withPrefix,
} from '../src/index.ts';
import type { Exemplar, SeriesColumns } from '../src/snapshot.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

async function partOf(histogram: Histogram<string>): Promise<SeriesColumns> {
  const { families, errors } = await gatherAll(histogram);
  expect(errors).toEqual([]);
  expect(families[0].type).toBe('exponential_histogram');
  return families[0].parts[0];
}

function bucketsOf(part: SeriesColumns, row: number): [number, number][] {
  const { positive } = exponentialOf(part.exponential!, row);
  return Array.from(positive.indices, (index, i) => [index, positive.counts[i]]);
}

describe('Histogram with exponential buckets', () => {
  test('shows from the start, at zero, if it has no labels', async () => {
    const part = await partOf(new Histogram({ name: 'h', exponential: {} }));
    expect([...part.values]).toEqual([0, 0]);
    expect(part.exponential?.starts).toEqual(new Uint32Array(2));
    expect(part.exponential?.zeroThresholds[0]).toBe(2 ** -128);
  });

  test('keeps the series of its labels apart, held or not', async () => {
    const h = new Histogram({ name: 'h', labelNames: ['a'], exponential: { schema: 0 } });
    const held = h.labels('x');
    held.observe(4);
    h.observe(4, { a: 'x' });
    h.observe(100, { a: 'y' });
    expect(h.bounds).toEqual([]);
    const part = await partOf(h);
    expect(seriesOf(await gatherAll(h))).toEqual([
      ['h{a="x"}', 2, 8],
      ['h{a="y"}', 1, 100],
    ]);
    expect([bucketsOf(part, 0), bucketsOf(part, 1)]).toEqual([[[2, 2]], [[7, 1]]]);
  });

  test('fills classic buckets beside, the not a number and the infinities too', async () => {
    const h = new Histogram({ name: 'h', buckets: [1, 10], exponential: { schema: 0, zeroThreshold: 0 } });
    for (const value of [0, 1, 2, 10, 11, -5, Number.POSITIVE_INFINITY, Number.NaN]) h.observe(value);
    const part = await partOf(h);
    expect([...part.values]).toEqual([3, 2, 3, Number.NaN]);
    expect(part.points).toEqual([1, 10]);
    expect(countOf(part, 'exponential_histogram', 0)).toBe(8);
    expect(sumOf(part, 'exponential_histogram', 0)).toBeNaN();
    const { positive, negative, zeroCount } = exponentialOf(part.exponential!, 0);
    expect([...Array.from(positive.indices), ...Array.from(negative.indices)]).toEqual([0, 1, 4, 1025, 3]);
    expect(zeroCount).toBe(1);
  });

  test('drops what is no number', async () => {
    const h = new Histogram({ name: 'h', labelNames: ['a'], exponential: {} });
    h.observe('1' as unknown as number, { a: '' });
    h.labels('').observe(undefined as unknown as number);
    expect([...h.drops.counts()]).toEqual([['value_not_a_number', 2]]);
    expect([...(await partOf(h)).values]).toEqual([0, 0]);
  });

  test('begins classic buckets anew with the exponential ones, and tells when', async () => {
    let now = 1_000_000;
    const exponential = { schema: 0, maxBuckets: 2, minResetInterval: 1000 };
    const h = new Histogram({ name: 'h', buckets: [1], exponential, now: () => now });
    h.observe(1);
    h.observe(2);
    now += 1000;
    h.observe(4);
    const part = await partOf(h);
    expect([...part.values]).toEqual([0, 1, 4]);
    expect(part.created?.[0]).toBe(1_001_000);
    expect(bucketsOf(part, 0)).toEqual([[2, 1]]);
  });

  test('a child whose series was removed records nothing, and its place is free for another', async () => {
    const h = new Histogram({ name: 'h', labelNames: ['a'], buckets: [1], exponential: { schema: 0 } });
    const gone = h.labels('x');
    gone.observe(8, { trace_id: '1' });
    expect(h.remove('x')).toBe(true);
    gone.observe(8, { trace_id: '2' });
    h.observe(1, { a: 'y' });
    gone.observe(8);
    const part = await partOf(h);
    expect(seriesOf(await gatherAll(h))).toEqual([['h{a="y"}', 1, 0, 1]]);
    expect(bucketsOf(part, 0)).toEqual([[0, 1]]);
    expect([part.exemplars, part.exponential?.exemplars]).toEqual([undefined, undefined]);
  });

  test('reset() ends all series, and children held go quiet', async () => {
    const h = new Histogram({ name: 'h', labelNames: ['a'], exponential: { schema: 0 } });
    const gone = h.labels('x');
    gone.observe(8);
    h.reset();
    gone.observe(8);
    h.observe(2, { a: 'z' });
    expect(seriesOf(await gatherAll(h))).toEqual([['h{a="z"}', 1, 2]]);
  });

  test('keeps exemplars per series and for the classic buckets', async () => {
    let now = 5000;
    const h = new Histogram({ name: 'h', exponential: { maxExemplars: 2 }, now: () => now++ });
    h.observe(3, undefined, { trace_id: 'a' });
    h.observe(1, undefined, { trace_id: 'b' });
    h.observe(Number.NaN, undefined, { trace_id: 'c' });
    const part = await partOf(h);
    const shown = ({ labels, value, timestamp }: Exemplar) => [labels[0].value, value, timestamp];
    expect(part.exponential?.exemplars?.get(0)?.map(shown)).toEqual([
      ['b', 1, 5002],
      ['a', 3, 5001],
    ]);
    expect([...(part.exemplars ?? [])].map(([cell, one]) => [cell, ...shown(one)])).toEqual([
      [0, 'b', 1, 5002],
    ]);
    expect([...h.drops.counts()]).toEqual([['exemplar_invalid', 1]]);
  });

  test('refuses options that are wrong, and the label "le"', () => {
    const wrong = refusalOf(() => new Histogram({ name: 'h', exponential: { schema: 20 } }));
    expect(wrong.code).toBe('ARGUMENT_INVALID');
    const le = refusalOf(() => new Histogram({ name: 'h', labelNames: ['le'], exponential: {} }));
    expect(le.code).toBe('LABEL_NAME_INVALID');
  });

  test('keeps its buckets through wrappers, and in a merge the first of two equal series', async () => {
    const [one, two] = [new Registry(), new Registry()];
    for (const [registry, value] of [
      [one, 2],
      [two, 1024],
    ] as const) {
      const h = new Histogram({ name: 'h', labelNames: ['a'], exponential: { schema: 0 } });
      h.observe(value, { a: '1' });
      h.observe(value * 4, { a: String(value) }, { trace_id: 'x' });
      withPrefix('p_', withLabels({ zone: 'z' }, registry)).register(h);
    }
    const { families, errors } = await mergeGatherers(one, two).gather();
    expect(errors.map((error) => error.code)).toEqual(['SERIES_DUPLICATE']);
    expect(families[0].name).toBe('p_h');
    expect(families[0].parts.map((part) => part.rows)).toEqual([2, 1]);
    const second = families[0].parts[1];
    expect(bucketsOf(second, 0)).toEqual([[12, 1]]);
    expect(second.exponential?.exemplars?.get(0)).toHaveLength(1);
  });
});
