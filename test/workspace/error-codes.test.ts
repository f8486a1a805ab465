import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '../../packages/metrics/src/error.ts';
import { documentedCodes } from './documented-codes.ts';
import { root } from './workspace.ts';

const readme = join(root, 'packages/metrics/README.md');

test.skipIf(!existsSync(readme))('the README of metrics lists exactly the error codes that exist', () => {
  const listed = documentedCodes(readFileSync(readme, 'utf8'));
  expect([...new Set(listed)].sort()).toEqual(Object.keys(errorCodes).sort());
});

test('documentedCodes() finds codes in tables, lists and text, and no other capitals', () => {
  const text =
    '| `NAME_INVALID` | a name |\n- `PORT_IN_USE`, `BOUND_NOT_FINITE`\nHTTP and `HELP`, ORIEL_PORT, `ORIEL_PORT`.';
  expect(documentedCodes(text)).toEqual(['NAME_INVALID', 'PORT_IN_USE', 'BOUND_NOT_FINITE']);
});
