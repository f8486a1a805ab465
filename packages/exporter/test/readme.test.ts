import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionTable } from '../src/option-table.ts';

test('the README documents every option as the option table has it', async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
  const cells = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const { name, default: value, flag, variables, description } of optionTable) {
    const fallback = value === '' ? 'empty' : `\`${String(value)}\``;
    const names = variables.map((variable) => `\`${variable}\``).join(', ');
    const shown = flag === undefined ? '' : `\`--${flag}\``;
    expect(cells).toContainEqual(['', `\`${name}\``, fallback, shown, names, description, '']);
  }
});
