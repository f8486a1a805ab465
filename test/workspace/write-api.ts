import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReport } from './api-report.ts';
import { publishedPackages } from './workspace.ts';

// Started by `pnpm api`: writes every package's public API into its api.txt, to be read in the change's diff.
for (const { dir } of publishedPackages()) {
  const index = join(dir, 'src', 'index.ts');
  if (existsSync(index)) writeFileSync(join(dir, 'api.txt'), apiReport(index));
}
