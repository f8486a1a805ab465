import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfigFile } from '../src/config-file.ts';
import { consoleSettings } from '../src/console-settings.ts';
import { fileSettings } from '../src/file-settings.ts';
import { optionTable } from '../src/option-table.ts';
import { Options } from '../src/options.ts';
import { FakePart } from './fake-part.ts';
import { settingRows } from './setting-rows.ts';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
const cells = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

test('the README documents every option as the option table has it', () => {
  for (const { name, default: value, flag, variables, description } of optionTable) {
    const fallback = value === '' ? 'empty' : `\`${String(value)}\``;
    const names = variables.map((variable) => `\`${variable}\``).join(', ');
    const shown = flag === undefined ? '' : `\`--${flag}\``;
    expect(cells).toContainEqual(['', `\`${name}\``, fallback, shown, names, description, '']);
  }
});

test('the README documents every field of the file as fileFields() has it, and no other', () => {
  const fields = new Options({}, {}).fileFields().map(({ name, default: value, wanted, description }) => {
    const fallback = value === 'empty' || value === 'none' ? value : `\`${value}\``;
    return ['', `\`${name}\``, fallback, wanted, description, ''];
  });
  const start = cells.findIndex((row) => row[1] === 'field' && row[3] === 'takes') + 2;
  expect(cells.slice(start, start + fields.length + 1)).toEqual([...fields, ['']]);
});

test.each([
  ['console', consoleSettings],
  ['file', fileSettings],
])('the README documents every setting of %s as its schema has it, and no other', (name, settings) => {
  const section = cells.findIndex((row) => row[0] === `### \`${name}\``);
  const start = cells.findIndex((row, at) => at > section && row[1] === 'setting') + 2;
  const expected = settingRows(settings.describe());
  expect(cells.slice(start, start + expected.length + 1)).toEqual([...expected, ['']]);
});

// The fields that the README says parts take.
const partFields = [
  ...['views', 'tags', 'rules', 'latencyDistributionBuckets'],
  ...['http', 'workflow', 'recordErrorCodes'],
];
const examples = [...readme.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text);

test('the README names the parts that take other fields', () => {
  for (const name of partFields) expect(readme).toContain(`\`${name}\``);
});

test('each example document of the README loads as it stands, and uses every field of its kind', async () => {
  const seen = await Promise.all(
    examples.map(async (text) => {
      const part = new FakePart(partFields);
      const file = await parseConfigFile({ path: 'm.yaml', location: 'm.yaml', text }, [part]);
      expect(file.warnings).toEqual([]);
      return [...Object.keys(file.options), ...Object.keys(part.prepared[0])];
    }),
  );
  expect(seen).toEqual([
    [
      ...['metricsEnabled', 'metricsPort', 'exporters', 'logLevel'],
      ...['views', 'tags', 'rules', 'latencyDistributionBuckets'],
    ],
    ['metricsEnabled', 'rules', 'latencyDistributionBuckets', 'http', 'workflow', 'recordErrorCodes'],
  ]);
});
