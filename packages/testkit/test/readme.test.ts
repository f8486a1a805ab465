import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contractTests } from '../src/contract.ts';
import { withContractTable } from './contract-table.ts';

test('the README lists the contract as it is', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  expect(withContractTable(readme), 'run node --conditions=oriel-source test/write-readme.ts').toBe(readme);
});

test('no two tests of the contract have one name', () => {
  const names = contractTests.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(80);
  expect(new Set(names).size).toBe(names.length);
});
