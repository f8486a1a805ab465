import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LABEL_VALUE_LIMIT, labelValue } from '../src/label-value.ts';
import { hostileText } from './hostile-values.ts';

test('labelValue() is text of Unicode within the limit, and stays as it is when it is that already', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.string({ unit: 'binary', maxLength: 3000 })), (raw) => {
      const kept = labelValue(raw) ?? expect.unreachable();
      expect(kept.isWellFormed()).toBe(true);
      expect(kept.length).toBeLessThanOrEqual(LABEL_VALUE_LIMIT);
      expect(labelValue(kept)).toBe(kept);
      if (raw.isWellFormed() && raw.length <= LABEL_VALUE_LIMIT) expect(kept).toBe(raw);
    }),
  );
});

test('values that differ stay different when they are cut or mended', () => {
  const long = 'x'.repeat(10_000_000);
  const raw = [long, `${long}y`, `y${long}`, '\ud800', '\ud801', '\udc00', '\ufffd', 'a\ud800', '\ud800a'];
  expect(new Set(raw.map(labelValue)).size).toBe(raw.length);
});

test.each([127, 128, 255, 256, 1023, 1024, 1025, 65_536])(
  'values of %i characters stay apart from their neighbours',
  (length) => {
    const near = [length - 1, length, length + 1].map((n) => labelValue('v'.repeat(n)));
    expect(new Set(near).size).toBe(3);
  },
);

test('a cut does not split a pair of surrogates', () => {
  for (const head of ['', 'x']) expect(labelValue(head + '😀'.repeat(600))?.isWellFormed()).toBe(true);
});
