import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleSnippets, exportedNames, readmeSnippets, type Scope, type Snippet } from './snippet.ts';
import {
  compileSnippets,
  type PlacedSnippet,
  placeSnippet,
  removeSnippets,
  runSnippet,
} from './snippet-run.ts';
import { members, publishedPackages, root, shown, sourceFiles } from './workspace.ts';

const packages = publishedPackages();
const folders = [root, ...[...members('packages'), ...members('examples')].map(({ dir }) => dir)];
const snippets = [
  ...folders.flatMap(readmeSnippetsOf),
  ...packages.flatMap(({ dir, manifest }) => examplesOf(dir, manifest.name)),
];

const placed = new Map<Snippet, PlacedSnippet>();
let messages: ReadonlyMap<PlacedSnippet, string>;

beforeAll(async () => {
  for (const { snippet, folder } of snippets) {
    if (snippet.problem === undefined) placed.set(snippet, placeSnippet(snippet, folder));
  }
  messages = await compileSnippets([...placed.values()]);
}, 120_000);

afterAll(() => removeSnippets([...placed.values()]));

test.each(packages)('$folder has a README with code in it', ({ dir }) => {
  expect(readmeSnippetsOf(dir)).not.toEqual([]);
});

for (const { snippet } of snippets) {
  describe(`${snippet.document}:${snippet.line}`, () => {
    if (snippet.problem !== undefined) {
      test('is marked as the checks want it', () => expect.fail(snippet.problem));
      return;
    }
    test('compiles', () => failWith(messages.get(placed.get(snippet)!)));
    if (snippet.noRun !== undefined) test.skip(`runs [not run: ${snippet.noRun}]`);
    else test('runs and ends', async () => failWith(await runSnippet(placed.get(snippet)!)));
  });
}

function failWith(problem: string | undefined): void {
  if (problem !== undefined) expect.fail(problem);
}

function readmeSnippetsOf(folder: string): { snippet: Snippet; folder: string }[] {
  const readme = join(folder, 'README.md');
  if (!existsSync(readme)) return [];
  return readmeSnippets(shown(readme), readFileSync(readme, 'utf8')).map((snippet) => ({ snippet, folder }));
}

function examplesOf(folder: string, name: string): { snippet: Snippet; folder: string }[] {
  const index = join(folder, 'src', 'index.ts');
  if (!existsSync(index)) return [];
  const whole = scope(index, name);
  return sourceFiles(join(folder, 'src'))
    .flatMap((file) => {
      const own = scope(file, `./${shown(file, folder)}`);
      return exampleSnippets(shown(file), readFileSync(file, 'utf8'), [own, whole]);
    })
    .map((snippet) => ({ snippet, folder }));
}

function scope(file: string, from: string): Scope {
  return { from, names: exportedNames(basename(file), readFileSync(file, 'utf8')) };
}
