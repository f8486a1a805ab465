import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellsInBlock,
  countInBlock,
  countQuickly,
  readBlock,
  readThreshold,
  sizeForBlock,
  sizeOfBlock,
  writeBlock,
} from '../src/bucket-block.ts';
import { BucketList } from '../src/bucket-list.ts';
import { BORN, COUNTED, NO_ROOM } from '../src/bucket-strip.ts';

type Counts = ReadonlyMap<number, number>;

// Neighbours, gaps that are bridged and gaps that are not, and kinds far apart.
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: 2, max: 12 }) },
  fc.integer({ min: 13, max: 2 ** 16 }),
);
const count = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 255 }) },
  { weight: 2, arbitrary: fc.constantFrom(1, 254, 255, 256, 510, 511, 65_280, 65_281) },
  { weight: 2, arbitrary: fc.integer({ min: 256, max: 2 ** 31 }) },
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 }),
);
const anyCounts: fc.Arbitrary<Counts> = fc
  .array(fc.tuple(gap, count), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let key = 500_000;
    return new Map(
      steps.map(([by, value]) => {
        key += by;
        return [key, value];
      }),
    );
  });
const anyThreshold = fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined });

const BASE = 5;
const BEHIND = 7;

/** Words with a block in their middle, and what is around it set to -1. */
function blockOf(counts: Counts, threshold?: number): Int32Array {
  const list = new BucketList();
  for (const [key, value] of counts) list.push(key, value);
  const words = new Int32Array(BASE + sizeForBlock(list, threshold) + BEHIND).fill(-1);
  writeBlock(words, BASE, list, threshold);
  return words;
}

function countsIn(words: Int32Array): Counts {
  const list = new BucketList();
  readBlock(words, BASE, list);
  return new Map(Array.from({ length: list.length }, (_, i) => [list.keys[i], list.counts[i]]));
}

function expectIntact(words: Int32Array): void {
  const around = [...words.subarray(0, BASE + 1), ...words.subarray(words.length - BEHIND)];
  expect(around).toEqual(new Array(BASE + 1 + BEHIND).fill(-1));
}

describe('a block', () => {
  test('gives back the counts and the threshold it was written with, and ends where it says', () => {
    fc.assert(
      fc.property(anyCounts, anyThreshold, (counts, threshold) => {
        const words = blockOf(counts, threshold);
        expect(countsIn(words)).toEqual(counts);
        expect(sizeOfBlock(words, BASE)).toBe(words.length - BASE - BEHIND);
        expect(cellsInBlock(words, BASE)).toBeGreaterThanOrEqual(counts.size);
        if (threshold !== undefined) expect(readThreshold(words, BASE)).toBe(threshold);
        expectIntact(words);
      }),
    );
  });

  test('counts on in any bucket as a map does, or says that there is no room and stays as it was', () => {
    fc.assert(
      fc.property(
        anyCounts,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: -2, max: 2 }), fc.boolean()), { maxLength: 60 }),
        (counts, steps) => {
          const words = blockOf(counts);
          const wanted = new Map(counts);
          const keys = [...counts.keys()];
          for (const [pick, beside, quickly] of steps) {
            const key = keys[pick % keys.length] + beside;
            const before = wanted.get(key) ?? 0;
            const done = countOne(words, key, quickly);
            if (done !== NO_ROOM) wanted.set(key, before + 1);
            if (done !== NO_ROOM) expect(done).toBe(before === 0 ? BORN : COUNTED);
            expect(sorted(countsIn(words))).toEqual(sorted(wanted));
          }
          expectIntact(words);
        },
      ),
    );
  });

  test('has room for a bucket until it reaches 255 times a power of two, whatever its neighbours count', () => {
    for (const planes of [0, 1, 2, 7]) {
      const limit = 255 * 2 ** planes;
      const words = blockOf(
        new Map([
          [500_000, 3],
          [500_001, limit - 1],
          [500_002, limit >> 1],
        ]),
      );
      expect(countInBlock(words, BASE, 500_001)).toBe(COUNTED);
      expect(countInBlock(words, BASE, 500_001)).toBe(NO_ROOM);
      expect([...countsIn(words).values()]).toEqual([3, limit, limit >> 1]);
    }
  });

  test('carries nothing over in haste: a full byte and a bucket that is not there are left to others', () => {
    const words = blockOf(
      new Map([
        [500_000, 254],
        [500_002, 1],
        [600_000, 7],
      ]),
    );
    const keys = [499_999, 500_000, 500_000, 500_001, 500_002, 500_003, 600_000, 600_001];
    const done = keys.map((key) => countQuickly(words, BASE, key));
    expect(done).toEqual([false, true, false, false, true, false, true, false]);
    expect([...countsIn(words).values()]).toEqual([255, 2, 8]);
  });

  test('keeps 5000 buckets in a row, more than a strip can have', () => {
    const counts = new Map(Array.from({ length: 5000 }, (_, i) => [400_000 + i, 1 + ((i * 97) % 700)]));
    const words = blockOf(counts, 0.5);
    expect(countsIn(words)).toEqual(counts);
    expect(readThreshold(words, BASE)).toBe(0.5);
  });

  test('spends planes only on the cells between those that need them', () => {
    const flat = Array.from({ length: 80 }, (_, i): [number, number] => [500_000 + i, 200]);
    const bytes = (counts: Counts) => 4 * sizeOfBlock(blockOf(counts), BASE);
    const plain = bytes(new Map(flat));
    expect(plain).toBe(4 + 8 + 80);
    expect(bytes(new Map(flat).set(500_040, 1000))).toBe(plain + 4);
    expect(bytes(new Map(flat).set(500_000, 256).set(500_079, 256))).toBe(plain + 12);
  });
});

function countOne(words: Int32Array, key: number, quickly: boolean): number {
  if (quickly && countQuickly(words, BASE, key)) return COUNTED;
  return countInBlock(words, BASE, key);
}

function sorted(counts: Counts): [number, number][] {
  return [...counts].sort(([a], [b]) => a - b);
}
