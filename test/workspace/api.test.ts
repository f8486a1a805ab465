import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiReport } from './api-report.ts';
import { publishedPackages } from './workspace.ts';

// A change here is a change of the public API: look at it, then write the reports anew with `pnpm api`.
test.each(publishedPackages())('the public API of $folder is what its api.txt says', ({ dir }) => {
  const file = join(dir, 'api.txt');
  const reviewed = existsSync(file) ? readFileSync(file, 'utf8') : 'no api.txt';
  expect(apiReport(join(dir, 'src', 'index.ts')), 'if this is meant, run "pnpm api"').toBe(reviewed);
});
