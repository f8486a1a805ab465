import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withContractTable } from './contract-table.ts';

const file = join(import.meta.dirname, '../README.md');
writeFileSync(file, withContractTable(readFileSync(file, 'utf8')));
