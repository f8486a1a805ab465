import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as api from '../src/index.ts';
import { viewsTable } from './views-table.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
test('the README’s table of views is the one that the views make', () => {
  const [, found] = /<!-- views -->\n\n(.*?)\n\n<!-- \/views -->/s.exec(readme) ?? [];
  const cells = (line: string) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '-'));
  expect(found?.split('\n').map(cells)).toEqual(viewsTable().map(cells));
});

test('the README names every function and value that is exported', () => {
  const names = Object.keys(api).filter((name) => !readme.includes(name));
  expect(names).toEqual([]);
});
