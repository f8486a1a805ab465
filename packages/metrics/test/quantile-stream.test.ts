import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Objective, QuantileStream } from '../src/quantile-stream.ts';

const unit = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const objectives = fc.uniqueArray(fc.tuple(unit, fc.double({ min: 0.0005, max: 0.4, noNaN: true })), {
  minLength: 1,
  maxLength: 4,
  selector: ([quantile]) => quantile,
});
const values = fc.oneof(
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 3000 }),
  fc.array(fc.nat(5), { minLength: 1, maxLength: 3000 }),
  fc.integer({ min: 1, max: 20_000 }).map((n) => Array.from({ length: n }, (_, i) => i)),
  fc.integer({ min: 1, max: 20_000 }).map((n) => Array.from({ length: n }, (_, i) => n - i)),
  fc.integer({ min: 1, max: 20_000 }).map((n) => Array.from({ length: n }, (_, i) => (i % 2 ? i : -i))),
  fc
    .integer({ min: 1, max: 20_000 })
    .map((n) => Array.from({ length: n }, (_, i) => ((i * 7919) % 104_729) ** 3)),
);

function streamOf(all: readonly number[], wanted: readonly Objective[], batch: number): QuantileStream {
  const stream = new QuantileStream(wanted);
  for (let at = 0; at < all.length; at += batch)
    stream.merge(Float64Array.from(all.slice(at, at + batch)).sort());
  return stream;
}

// How many places the value stands away from the rank.
function rankError(sorted: Float64Array, value: number, rank: number): number {
  const below = sorted.filter((each) => each < value).length;
  const through = sorted.filter((each) => each <= value).length;
  return rank <= below ? below + 1 - rank : Math.max(0, rank - through);
}

test('query() is within the error of each objective, for any values in any order', () => {
  fc.assert(
    fc.property(values, objectives, fc.integer({ min: 1, max: 600 }), (all, wanted, batch) => {
      const stream = streamOf(all, wanted, batch);
      const sorted = Float64Array.from(all).sort();
      for (const [quantile, error] of wanted) {
        const off = rankError(sorted, stream.query(quantile), Math.ceil(quantile * all.length));
        expect(off).toBeLessThanOrEqual(error * all.length + 1e-6);
      }
    }),
    { numRuns: 60 },
  );
});

test('a stream keeps a small part of what it saw', () => {
  const all = Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 104_729);
  const wanted: Objective[] = [
    [0.5, 0.05],
    [0.9, 0.01],
    [0.99, 0.001],
  ];
  expect(streamOf(all, wanted, 500).size).toBeLessThan(1000);
});

test('few values are answered exactly', () => {
  const stream = streamOf(
    [5, 1, 4, 2, 3, 10, 7, 8, 6, 9],
    [
      [0.5, 0.01],
      [0.99, 0.001],
    ],
    3,
  );
  expect([stream.query(0.5), stream.query(0.99)]).toEqual([5, 10]);
});

test('an empty stream and a cleared one answer NaN', () => {
  const stream = streamOf([1], [[0.5, 0.1]], 1);
  stream.clear();
  expect([stream.query(0.5), new QuantileStream([[0.5, 0.1]]).query(0.5)]).toEqual([Number.NaN, Number.NaN]);
  stream.merge(Float64Array.of(7));
  expect(stream.query(0.5)).toBe(7);
});
