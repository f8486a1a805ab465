import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalCauses } from '../src/packet-refusal.ts';
import { statsdSettings } from '../src/statsd-settings.ts';
import { Tally } from '../src/tally.ts';
import { withSettingsTable } from './settings-table.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('the README lists the settings as they are', () => {
  expect(withSettingsTable(readme), 'run node --conditions=oriel-source test/write-readme.ts').toBe(readme);
  expect(statsdSettings.describe().length).toBeGreaterThan(10);
});

test('the README names every cause that is counted', () => {
  for (const cause of [...Object.keys(new Tally().dropped), ...refusalCauses])
    expect(readme).toContain(`\`${cause}\``);
});
