import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { otlpSettings } from '../src/settings.ts';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

test('the README documents every setting as its schema has it, and no other', () => {
  const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const start = rows.findIndex((row) => row[1] === 'setting') + 2;
  const expected = otlpSettings.describe().map(({ name, default: value, wanted, description }) => {
    const isPlain = value.includes('`') || value === 'none' || value === 'the host';
    return ['', `\`${name}\``, isPlain ? value : `\`${value}\``, wanted, description, ''];
  });
  expect(rows.slice(start, start + expected.length + 1)).toEqual([...expected, ['']]);
});
