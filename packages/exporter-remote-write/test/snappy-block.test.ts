import fc from 'fast-check';
import { uncompress } from 'snappyjs';
import { expect, test } from 'vitest';
import { SnappyBlock } from '../src/snappy-block.ts';

function back(bytes: Uint8Array): Buffer {
  return Buffer.from(uncompress(Buffer.from(new SnappyBlock().compress(bytes))));
}

test('compress() gives back any bytes, whatever repeats in them', () => {
  const piece = fc.uint8Array({ maxLength: 200 });
  const repeated = fc
    .array(fc.tuple(fc.nat(5), fc.nat(70)), { maxLength: 60 })
    .chain((picks) =>
      fc
        .array(piece, { minLength: 6, maxLength: 6 })
        .map((pieces) =>
          Buffer.concat(picks.flatMap(([i, n]) => Array.from({ length: n }, () => pieces[i]))),
        ),
    );
  fc.assert(
    fc.property(fc.oneof(piece, repeated), (bytes) => {
      expect(back(bytes).equals(Buffer.from(bytes))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test.each([0, 1, 14, 15, 16, 60, 61, 256, 257, 65_535, 65_536, 65_537, 200_000])(
  'compress() gives back %i bytes that repeat, and as many that do not',
  (length) => {
    const noise = Buffer.from(Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 0xff));
    expect(back(noise).equals(noise)).toBe(true);
    const zeros = Buffer.alloc(length);
    expect(back(zeros).equals(zeros)).toBe(true);
  },
);

test('compress() makes repeating labels ten times smaller, and noise hardly larger', () => {
  const labels = Buffer.from('instance="host-17.example",job="shop",route="/orders/{id}"\n'.repeat(2000));
  expect(new SnappyBlock().compress(labels).length).toBeLessThan(labels.length / 10);
  const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 19));
  expect(new SnappyBlock().compress(noise).length).toBeLessThan(noise.length * 1.01);
});

test('compress() can be called again and again', () => {
  const block = new SnappyBlock();
  for (const text of ['a'.repeat(1000), 'b'.repeat(10), 'ab'.repeat(70_000), ''])
    expect(Buffer.from(uncompress(Buffer.from(block.compress(Buffer.from(text))))).toString()).toBe(text);
});
