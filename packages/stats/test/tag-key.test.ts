import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tagKey } from '../src/tag-key.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof MetricsError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

test('tagKey() returns a frozen object of kind and name', () => {
  expect(tagKey('method')).toEqual({ kind: 'tagKey', name: 'method' });
  expect(Object.isFrozen(tagKey('method'))).toBe(true);
});

test('tagKey() takes 1 to 255 characters from 0x20 to 0x7e', () => {
  const legal = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255 });
  fc.assert(fc.property(legal, (name) => tagKey(name).name === name));
  expect(tagKey('~'.repeat(255)).name).toHaveLength(255);
});

test.each([
  ['', 'Cannot define tag key "": the name is empty; use 1 to 255 printable ASCII characters'],
  ['é', 'Cannot define tag key "é": the name holds characters outside printable ASCII;'],
  ['a\n', 'the name holds characters outside printable ASCII;'],
  ['\x7f', 'the name holds characters outside printable ASCII;'],
  ['\x1f', 'the name holds characters outside printable ASCII;'],
  ['k'.repeat(256), 'the name has 256 characters;'],
  [7, 'Cannot define tag key 7 (number): the name is not a string;'],
  [undefined, 'Cannot define tag key undefined: the name is not a string;'],
  [null, 'Cannot define tag key null: the name is not a string;'],
])('tagKey(%j) is refused with LABEL_NAME_INVALID and says why', (name, message) => {
  expect(codeOf(() => tagKey(name as string))).toBe('LABEL_NAME_INVALID');
  expect(() => tagKey(name as string)).toThrow(message);
});

test('tagKey() shortens a long name in its message', () => {
  expect(() => tagKey('é'.repeat(1_000_000))).toThrow(/^.{1,200}$/);
});
