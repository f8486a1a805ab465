import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSettings } from './setting-rows.ts';

// node --conditions=oriel-source packages/exporter-remote-write/test/write-readme.ts

const path = join(import.meta.dirname, '../README.md');
await writeFile(path, withSettings(await readFile(path, 'utf8')));
