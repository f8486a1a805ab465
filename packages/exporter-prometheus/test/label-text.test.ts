import { expect, test } from 'vitest';
import { labelNameText } from '../src/label-text.ts';

test('labelNameText() quotes a name that is not legal, and escapes what is in it', () => {
  expect(labelNameText('a:b', 'underscores')).toBe('a_b');
  expect(labelNameText('a:b', 'allow-utf-8')).toBe('"a:b"');
  expect(labelNameText('a"\n\\', 'allow-utf-8')).toBe('"a\\"\\n\\\\"');
  expect(labelNameText('..name..', 'underscores')).toBe('_name_');
});
