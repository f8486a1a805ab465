import fc from 'fast-check';
import { expect, test } from 'vitest';
import { int64Length, varintLength, writeInt64, writeVarint, zigzag } from '../src/proto-wire.ts';

function varint(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n);
}

test('writeVarint() writes what reads back, as long as varintLength() says', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(52), (value, shift) => {
      const number = Math.floor(value / 2 ** shift);
      const bytes = new Uint8Array(10);
      const end = writeVarint(bytes, 0, number);
      expect(end).toBe(varintLength(number));
      expect(varint(bytes.subarray(0, end))).toBe(BigInt(number));
    }),
    {
      examples: [
        [127, 0],
        [128, 0],
        [16_383, 0],
        [16_384, 0],
        [2 ** 32, 0],
        [2 ** 63, 0],
      ],
    },
  );
});

test('writeInt64() writes negative numbers in two’s complement, as long as int64Length() says', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const bytes = new Uint8Array(10);
      const end = writeInt64(bytes, 0, value);
      expect(end).toBe(int64Length(value));
      expect(BigInt.asIntN(64, varint(bytes.subarray(0, end)))).toBe(BigInt(value));
    }),
  );
});

test('zigzag() puts signed numbers in the order 0, -1, 1, -2, 2', () => {
  expect([0, -1, 1, -2, 2].map(zigzag)).toEqual([0, 1, 2, 3, 4]);
});
