import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrowViolations, dependencyViolations, memberImports } from './arrows.ts';
import { indexViolations, longFiles, topLevelViolations, vagueNames } from './layout.ts';
import { fileGraph, findCircles, importsOf } from './module-graph.ts';
import { unusedExports } from './unused-exports.ts';
import { wordingViolations } from './wording.ts';
import { type Member, members, shown, sourceFiles } from './workspace.ts';

let base: string;
const stats = (): Member => members('packages', base)[0] as Member;

// A small workspace in which every rule is broken once.
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'oriel-checks-'));
  const manifest = {
    name: '@oriel/stats',
    dependencies: { '@oriel/metrics': 'workspace:^', 'left-pad': '1' },
    peerDependencies: { '@opentelemetry/api': '1' },
  };
  write('packages/stats/package.json', JSON.stringify(manifest));
  write('packages/stats/src/index.ts', "export { a } from './a.ts';\nexport * from './b.ts';\n");
  write(
    'packages/stats/src/a.ts',
    "import type { B } from './b.ts';\nexport const a = (b: B): unknown => b;\n",
  );
  write(
    'packages/stats/src/b.ts',
    [
      "import { format } from 'node:util';",
      "import { context } from '@opentelemetry/api';",
      "import { Desc } from '@oriel/metrics';",
      "import { Desc as Deep } from '@oriel/metrics/src/desc.ts';",
      "import { Exporter } from '@oriel/exporter';",
      "import pino from 'pino';",
      "import { other } from '../../metrics/src/desc.ts';",
      "export type B = import('./a.ts').A;",
      "export const later = (): unknown => import('zod');",
    ].join('\n'),
  );
  write('packages/stats/src/utils.ts', '// one line\n'.repeat(301));
  write('scripts/run.sh', '');
});

afterAll(() => rmSync(base, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
}

test('importsOf() sees imports, exports, type imports and dynamic imports, and no words in comments', () => {
  const source = [
    "import a, { type B } from './a.ts';",
    "// import './comment.ts';",
    "export { c } from './c.ts'; export * from './d.ts';",
    "const text = `import './template.ts'`;",
    "type E = import('./e.ts').E; const f = import('./f.ts'); import './g.ts';",
  ].join('\n');
  expect(importsOf('x.ts', source).map(({ line, specifier }) => `${line} ${specifier}`)).toEqual([
    '1 ./a.ts',
    '3 ./c.ts',
    '3 ./d.ts',
    '5 ./e.ts',
    '5 ./f.ts',
    '5 ./g.ts',
  ]);
});

test('findCircles() finds a circle behind a long way in, and none in a diamond', () => {
  const diamond = { top: ['left', 'right'], left: ['end'], right: ['end'], end: [] };
  expect(findCircles(new Map(Object.entries(diamond)))).toEqual([]);
  const circle = { start: ['a'], a: ['b'], b: ['c'], c: ['a'], self: ['self'] };
  expect(findCircles(new Map(Object.entries(circle)))).toEqual([
    ['a', 'b', 'c', 'a'],
    ['self', 'self'],
  ]);
});

test('a circle of type imports between files is found', () => {
  const circles = findCircles(fileGraph(memberImports(stats())));
  expect(circles.map((circle) => circle.map((file) => shown(file, stats().dir)))).toEqual([
    ['src/a.ts', 'src/b.ts', 'src/a.ts'],
  ]);
});

test('arrowViolations() names file, line and rule of each forbidden import', () => {
  expect(arrowViolations(stats(), base)).toEqual([
    'packages/stats/src/b.ts:4 imports "@oriel/metrics/src/desc.ts"; a package is imported by its name, without a path',
    'packages/stats/src/b.ts:5 imports "@oriel/exporter"; stats may import metrics',
    'packages/stats/src/b.ts:6 imports "pino"; stats may import @opentelemetry/api, re2js',
    'packages/stats/src/b.ts:7 imports "../../metrics/src/desc.ts"; a relative path stays inside src',
    'packages/stats/src/b.ts:9 imports "zod"; stats may import @opentelemetry/api, re2js',
  ]);
});

test('arrowViolations() refuses a package that the table does not know', () => {
  expect(arrowViolations({ ...stats(), folder: 'surprise' }, base)).toEqual([
    'surprise has no row in the table of allowed imports',
  ]);
});

test('arrowViolations() wants a framework as a peer where the table says so', () => {
  const manifest = { ...stats().manifest, peerDependencies: {} };
  expect(arrowViolations({ ...stats(), manifest }, base)).toContain(
    'packages/stats/src/b.ts:2 imports "@opentelemetry/api"; it must be a peer dependency',
  );
});

test('dependencyViolations() names what is imported and not declared, and the reverse', () => {
  expect(dependencyViolations(stats(), base)).toEqual([
    'packages/stats/src/b.ts:5 imports "@oriel/exporter"; package.json does not list it as a dependency',
    'packages/stats/src/b.ts:6 imports "pino"; package.json does not list it as a dependency',
    'packages/stats/src/b.ts:9 imports "zod"; package.json does not list it as a dependency',
    'packages/stats/package.json lists "left-pad"; nothing imports it',
  ]);
});

test('topLevelViolations() names what is too much and what is missing', () => {
  const found = topLevelViolations(base);
  expect(found).toContain('"scripts" stands at the top level; move it into packages, examples or test');
  expect(found).toContain('"LICENSE" is missing at the top level');
  expect(found.join()).not.toContain('"packages"');
});

test('vagueNames(), longFiles() and indexViolations() each find their file', () => {
  const files = sourceFiles(base);
  const utils = join(base, 'packages/stats/src/utils.ts');
  expect(vagueNames(files)).toEqual([utils]);
  expect(longFiles(files, 300)).toEqual([`${utils} has 301 lines; 300 is the limit`]);
  expect(indexViolations('index.ts', "export * from './b.ts';\n")).toEqual([
    'index.ts has "export *" or a default export; list the names',
  ]);
  expect(indexViolations('index.ts', '\n'.repeat(61))).toEqual(['index.ts has 61 lines; 60 is the limit']);
});

test('unusedExports() finds the export that nobody imports, type or value', () => {
  write(
    'unused/lone.ts',
    [
      'export const used = 1;',
      'export const lone = used;',
      'export interface Shape { of: Inner }',
      'export interface Inner {}',
      'export type Dead = string;',
    ].join('\n'),
  );
  write('unused/index.ts', "export { used } from './lone.ts';\nexport const entry = 1;\n");
  write('unused/whole.ts', 'export const any = 1;\n');
  write(
    'unused/reader.ts',
    "import * as whole from './whole.ts';\nimport type { Shape } from './lone.ts';\n",
  );
  const folder = join(base, 'unused');
  const found = unusedExports(sourceFiles(folder), [join(folder, 'index.ts')]);
  expect(found.map((text) => shown(text, folder))).toEqual([
    'lone.ts exports "lone"',
    'lone.ts exports "Dead"',
  ]);
});

test('wordingViolations() wants "Cannot" first, no full stop and no contractions', () => {
  const source = [
    "new MetricsError('A', { message: 'Invalid bounds' });",
    'new MetricsError("A", { message: "Cannot do it." });',
    'new MetricsError("A", { message: "Cannot do it: it doesn\'t exist" });',
    'new MetricsError(\'A\', { message: `Cannot register view "x": it exists; use another name`, details: {} });',
    "new Error('anything.');",
  ].join('\n');
  expect(wordingViolations('x.ts', source)).toEqual([
    '1: \'Invalid bounds\'; it begins with "Cannot" and what was tried',
    '2: "Cannot do it."; it ends without a full stop',
    '3: "Cannot do it: it doesn\'t exist"; it has no contractions',
  ]);
});
