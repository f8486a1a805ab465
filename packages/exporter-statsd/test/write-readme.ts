import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSettingsTable } from './settings-table.ts';

const file = join(import.meta.dirname, '../README.md');
writeFileSync(file, withSettingsTable(readFileSync(file, 'utf8')));
