import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentialBound, octaveBounds } from '../src/exponential-bounds.ts';
import { ExponentialIndex } from '../src/exponential-index.ts';

const schemas = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const allSchemas = [-4, -3, -2, -1, ...schemas];

/** At any schema, as a histogram does it. */
function indexAt(schema: number, value: number): number {
  const fine = new ExponentialIndex(Math.max(schema, 0)).of(value);
  // Not -0.
  return Math.ceil(fine / 2 ** Math.max(-schema, 0)) + 0;
}

const positive = fc.oneof(
  fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
  fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
  fc.integer({ min: -1074, max: 1023 }).map((exponent) => 2 ** exponent),
);

describe('octaveBounds()', () => {
  test.each(schemas)('gives the nearest doubles of the roots of two at schema %i', (schema) => {
    // (2m - 1) / 2 < 2 ** (52 + k / n) < (2m + 1) / 2, in whole numbers.
    const n = BigInt(2 ** schema);
    for (const [k, bound] of octaveBounds(schema).entries()) {
      const m = BigInt(bound * 2 ** 52);
      const power = 2n ** (53n * n + BigInt(k));
      expect((2n * m - 1n) ** n < power && power < (2n * m + 1n) ** n).toBe(true);
    }
  });

  test('has every second bound of the schema above', () => {
    for (const schema of schemas.slice(1)) {
      const [fine, coarse] = [octaveBounds(schema), octaveBounds(schema - 1)];
      expect([...fine].filter((_, k) => k % 2 === 0)).toEqual([...coarse]);
    }
  });
});

describe('ExponentialIndex', () => {
  test.each(allSchemas)('puts every number into the bucket whose bounds hold it at schema %i', (schema) => {
    fc.assert(
      fc.property(positive, (value) => {
        const index = indexAt(schema, value);
        expect(exponentialBound(schema, index - 1)).toBeLessThan(value);
        expect(value).toBeLessThanOrEqual(exponentialBound(schema, index));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(allSchemas)(
    'puts a bound into the bucket it ends, its neighbours apart, at schema %i',
    (schema) => {
      const octave = 2 ** Math.max(schema, 0);
      for (let index = -2 * octave; index <= 2 * octave; index++) {
        const bound = exponentialBound(schema, index);
        expect(indexAt(schema, bound)).toBe(index);
        expect(indexAt(schema, bound * (1 + Number.EPSILON))).toBe(index + 1);
        expect(indexAt(schema, bound * (1 - Number.EPSILON / 2))).toBe(index);
      }
    },
  );

  test('agrees with the examples of the reference', () => {
    const examples: [number, number, number][] = [
      [0, 0.3, -1],
      [0, 1, 0],
      [0, 1.5, 1],
      [0, 2.5, 2],
      [1, 1.41, 1],
      [1, 1.42, 2],
      [5, 10, 107],
      [-2, 16, 1],
      [-2, 17, 2],
      [8, 1.003, 2],
    ];
    for (const [schema, value, index] of examples) expect(indexAt(schema, value)).toBe(index);
  });

  test.each(allSchemas)('ends with the largest double and has one bucket above it at schema %i', (schema) => {
    const top = 1024 * 2 ** schema;
    expect(indexAt(schema, Number.MAX_VALUE)).toBe(top);
    expect(exponentialBound(schema, top)).toBe(Number.MAX_VALUE);
    expect(indexAt(schema, Number.POSITIVE_INFINITY)).toBe(top + 1);
    expect(exponentialBound(schema, top + 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('gives the index of the schema below when halved', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: -3, max: 8 }), (value, schema) => {
        expect(Math.ceil(indexAt(schema, value) / 2) + 0).toBe(indexAt(schema - 1, value));
      }),
    );
  });

  test('has the exact power of two for an upper bound, down to the smallest number', () => {
    for (let exponent = -1074; exponent < 1024; exponent++) {
      expect(exponentialBound(0, exponent)).toBe(2 ** exponent);
      expect(exponentialBound(8, exponent * 256)).toBe(2 ** exponent);
    }
    expect(exponentialBound(0, -1075)).toBe(0);
  });
});
