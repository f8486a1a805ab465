import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NUMBER_LENGTH, writeNumber } from '../src/number-bytes.ts';

function textOf(value: number): string {
  const bytes = new Uint8Array(64);
  const end = writeNumber(bytes, 3, value);
  return Buffer.from(bytes.subarray(3, end)).toString();
}

test('writeNumber() writes what reads back as the same number, no longer than JavaScript does', () => {
  const decimal = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 5 })).map(([n, e]) => n / 10 ** e);
  const any = fc.oneof(
    decimal,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.nat(2000),
  );
  fc.assert(
    fc.property(any, (value) => {
      const text = textOf(value);
      expect(Number(text)).toBe(value + 0);
      expect(text.length).toBeLessThanOrEqual(Math.min(NUMBER_LENGTH, String(value).length));
    }),
    { numRuns: 5000, examples: [[-0], [2 ** 31], [2 ** 31 - 0.001], [0.001], [1.005], [5e-324], [-1e300]] },
  );
});

test('writeNumber() writes plain digits', () => {
  expect([0, -0, 7, -12.5, 0.001, 1234567.089, 2 ** 31, 1e21].map(textOf)).toEqual([
    ...['0', '0', '7', '-12.5', '0.001', '1234567.089', '2147483648', '1e+21'],
  ]);
});
