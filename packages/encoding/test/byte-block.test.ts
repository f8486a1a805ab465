import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockOf, byteBlock, copyBytes } from '../src/byte-block.ts';

test('copyBytes() copies any part of a block and tells where it ends', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), fc.nat(100), (text, at, skipped) => {
      const from = blockOf(text);
      const start = Math.min(skipped, from.size);
      const to = byteBlock(at + from.size);
      const end = copyBytes(from.view, start, from.size, to.view, at);
      expect(end).toBe(at + from.size - start);
      expect(Buffer.from(to.bytes.subarray(at, end))).toEqual(Buffer.from(text).subarray(start));
    }),
  );
});
