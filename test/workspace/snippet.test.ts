import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleSnippets, exportedNames, readmeSnippets } from './snippet.ts';
import { compileSnippets, placeSnippet, removeSnippets, runSnippet } from './snippet-run.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oriel-snippets-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true }));

const readme = [
  '# Title',
  '```ts',
  "const right: string = 'right';",
  '```',
  '```sh',
  'not code of ours',
  '```',
  '````ts no-run it asks for a password',
  'const fence = "```";',
  '````',
  '```ts no-run',
  '```',
  '```js',
  '```',
].join('\n');

test('readmeSnippets() takes the ts blocks with their lines and refuses marks that would hide one', () => {
  expect(readmeSnippets('README.md', readme)).toEqual([
    { document: 'README.md', line: 3, code: "const right: string = 'right';", preamble: '' },
    {
      document: 'README.md',
      line: 9,
      code: 'const fence = "```";',
      preamble: '',
      noRun: 'it asks for a password',
    },
    expect.objectContaining({ line: 12, problem: expect.stringContaining('"ts no-run" with the reason') }),
    expect.objectContaining({ line: 14, problem: 'the block is marked "js"; mark it "ts"' }),
  ]);
});

test('exampleSnippets() imports what an example names, and not what it declares itself', () => {
  const source = [
    'export interface Shape {}',
    '/**',
    ' * Doubles.',
    ' *',
    ' * @example',
    ' * const other = double(2);',
    ' * assert.equal(other, 4 satisfies Shape);',
    ' * @see somewhere',
    ' */',
    'export function double(value: number): number { return value * 2; }',
    'export const other = 1;',
  ].join('\n');
  const own = { from: './src/double.ts', names: exportedNames('double.ts', source) };
  const whole = {
    from: '@oriel/x',
    names: new Map([['assert', 'value'] as const, ['double', 'value'] as const]),
  };
  expect(exampleSnippets('double.ts', source, [own, whole])).toEqual([
    {
      document: 'double.ts',
      line: 5,
      code: '\nconst other = double(2);\nassert.equal(other, 4 satisfies Shape);',
      preamble:
        "import assert from 'node:assert/strict'; import { type Shape, double } from './src/double.ts';",
    },
  ]);
});

test('compileSnippets() and runSnippet() name the document and the line of what fails', async () => {
  const document = 'packages/x/README.md';
  const place = (line: number, code: string) => placeSnippet({ document, line, code, preamble: '' }, folder);
  const wrongType = place(10, '\nconst wrong: string = 1;');
  const throws = place(20, "\n\nthrow new Error('on purpose');");
  const hangs = place(30, 'setInterval(() => {}, 1000);');
  const right = place(40, "import assert from 'node:assert/strict';\nassert.equal(1, 1);");
  const messages = await compileSnippets([wrongType, throws, hangs, right]);
  expect([...messages.keys()]).toEqual([wrongType]);
  expect(messages.get(wrongType)).toContain('packages/x/README.md(11,7): error TS2322');
  expect(await runSnippet(throws)).toMatch(/^packages\/x\/README\.md:20 fails\npackages\/x\/README\.md:22\n/);
  expect(await runSnippet(hangs, 500)).toContain('packages/x/README.md:30 does not end within 500 ms');
  expect(await runSnippet(right)).toBeUndefined();
  removeSnippets([wrongType, throws, hangs, right]);
  expect(readdirSync(folder)).toEqual(['package.json']);
});
