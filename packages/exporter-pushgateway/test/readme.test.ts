import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingRows } from '../../exporter/test/setting-rows.ts';
import { pushgatewaySettings } from '../src/settings.ts';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

test('the README documents every setting as its schema has it, and no other', () => {
  const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const start = rows.findIndex((row) => row[1] === 'setting') + 2;
  const expected = settingRows(pushgatewaySettings.describe());
  expect(rows.slice(start, start + expected.length + 1)).toEqual([...expected, ['']]);
});
