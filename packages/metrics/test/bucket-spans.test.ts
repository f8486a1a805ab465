import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketSpans } from '../src/bucket-spans.ts';

/** What a reader makes of spans. */
function read({ offsets, lengths, deltas }: BucketSpans): [number, number][] {
  const buckets: [number, number][] = [];
  let [index, count, at] = [0, 0, 0];
  for (const [span, length] of lengths.entries()) {
    index += offsets[span];
    for (let i = 0; i < length; i++, index++) {
      count += deltas[at++];
      if (count !== 0) buckets.push([index, count]);
    }
  }
  return buckets;
}

test('BucketSpans fills gaps of two and opens a span after longer ones', () => {
  const spans = new BucketSpans();
  spans.load({ indices: [-1, 0, 3, 9], counts: [2, 5, 1, 4] });
  expect([spans.offsets, spans.lengths, spans.deltas]).toEqual([
    [-1, 5],
    [5, 1],
    [2, 3, -5, 0, 1, 3],
  ]);
  spans.load({ indices: [0, 4], counts: [1, 1] });
  expect([spans.offsets, spans.lengths, spans.deltas]).toEqual([
    [0, 3],
    [1, 1],
    [1, 0],
  ]);
  spans.load({ indices: [], counts: [] });
  expect([spans.offsets, spans.lengths, spans.deltas]).toEqual([[], [], []]);
  spans.loadEmpty();
  expect([spans.offsets, spans.lengths, spans.deltas]).toEqual([[0], [0], []]);
});

test('BucketSpans reads back as the buckets it took, with as many deltas as its lengths say', () => {
  const buckets = fc.uniqueArray(
    fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 1e6 })),
    {
      selector: ([index]) => index,
    },
  );
  const spans = new BucketSpans();
  fc.assert(
    fc.property(buckets, (all) => {
      const sorted = all.toSorted(([a], [b]) => a - b);
      spans.load({ indices: sorted.map(([index]) => index), counts: sorted.map(([, count]) => count) });
      expect(read(spans)).toEqual(sorted);
      expect(spans.lengths.reduce((sum, length) => sum + length, 0)).toBe(spans.deltas.length);
      expect(spans.offsets.slice(1).every((gap) => gap > 2)).toBe(true);
    }),
  );
});
