import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseSync } from 'oxc-parser';

const required: readonly string[] = [
  'LICENSE',
  'README.md',
  'examples',
  'package.json',
  'packages',
  'pnpm-workspace.yaml',
  'test',
  'tsconfig.base.json',
];
const tolerated: ReadonlySet<string> = new Set([
  'biome.json',
  'coverage',
  'node_modules',
  'pnpm-lock.yaml',
  'tsconfig.json',
  'tsdown.config.ts',
  'vitest.config.ts',
]);
const vague = /^(utils?|types|common|helpers?)\.[cm]?[jt]s$/;

/** What stands at the top level and should not, or is missing from it. */
export function topLevelViolations(base: string): string[] {
  const present = readdirSync(base).filter((name) => !name.startsWith('.'));
  const extra = present.filter((name) => !required.includes(name) && !tolerated.has(name));
  const missing = required.filter((name) => !present.includes(name));
  return [
    ...extra.map((name) => `"${name}" stands at the top level; move it into packages, examples or test`),
    ...missing.map((name) => `"${name}" is missing at the top level`),
  ];
}

/** Files whose names say nothing. */
export function vagueNames(files: readonly string[]): string[] {
  return files.filter((file) => vague.test(basename(file)));
}

/** Files with more lines than the limit, each with its count. */
export function longFiles(files: readonly string[], limit: number): string[] {
  return files
    .map((file) => ({ file, lines: lineCount(readFileSync(file, 'utf8')) }))
    .filter(({ lines }) => lines > limit)
    .map(({ file, lines }) => `${file} has ${lines} lines; ${limit} is the limit`);
}

/** What is wrong with a package's index: too long, or an export without a name. */
export function indexViolations(file: string, source: string): string[] {
  const nameless = parseSync(file, source).module.staticExports.flatMap(({ entries }) =>
    entries.filter(({ exportName }) => exportName.kind !== 'Name'),
  );
  const long = lineCount(source) > 60 ? [`${file} has ${lineCount(source)} lines; 60 is the limit`] : [];
  return [...long, ...nameless.map(() => `${file} has "export *" or a default export; list the names`)];
}

function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}
