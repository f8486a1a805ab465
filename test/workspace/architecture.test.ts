import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arrowViolations, dependencyViolations, memberImports } from './arrows.ts';
import { indexViolations, longFiles, topLevelViolations, vagueNames } from './layout.ts';
import { fileGraph, findCircles } from './module-graph.ts';
import { unusedExports } from './unused-exports.ts';
import { wordingViolations } from './wording.ts';
import { members, publishedPackages, root, shown, sourceFiles } from './workspace.ts';

const packages = publishedPackages();
const everybody = [...members('packages'), ...members('examples')];

describe('arrows', () => {
  test.each(packages)('$folder imports only what the design allows it', (member) => {
    expect(arrowViolations(member, root)).toEqual([]);
  });

  test.each(everybody)('$folder declares exactly the dependencies it imports', (member) => {
    expect(dependencyViolations(member, root)).toEqual([]);
  });

  test('no package depends on itself through others', () => {
    const graph = new Map(
      packages.map(({ manifest }) => [
        manifest.name,
        Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
      ]),
    );
    expect(findCircles(graph)).toEqual([]);
  });

  test.each(everybody)('$folder has no circle between files, type imports counted', (member) => {
    const circles = findCircles(fileGraph(memberImports(member)));
    expect(circles.map((circle) => circle.map((file) => shown(file)).join(' -> '))).toEqual([]);
  });
});

describe('layout', () => {
  test('the top level holds exactly what the design lists', () => {
    expect(topLevelViolations(root)).toEqual([]);
  });

  test('no file is called utils, types, common or helpers', () => {
    const files = ['packages', 'examples', 'test'].flatMap((folder) => sourceFiles(join(root, folder)));
    expect(vagueNames(files).map((file) => shown(file))).toEqual([]);
  });

  test('no source file has more than 300 lines', () => {
    const files = everybody
      .flatMap(({ dir }) => sourceFiles(dir))
      .filter((file) => !/[/\\]test[/\\]/.test(file));
    expect(longFiles(files, 300)).toEqual([]);
  });

  test('every export of a package is imported somewhere', () => {
    const entries = packages.map(({ dir }) => join(dir, 'src', 'index.ts'));
    const files = [...everybody.flatMap(({ dir }) => sourceFiles(dir)), ...sourceFiles(join(root, 'test'))];
    const unused = unusedExports(files, entries).map((text) => shown(text));
    expect(unused.filter((text) => /^packages\/[^/]+\/src\//.test(text))).toEqual([]);
  });

  test.each(packages)('the index of $folder lists its names on at most 60 lines', ({ dir }) => {
    const file = join(dir, 'src', 'index.ts');
    expect(indexViolations(shown(file), readFileSync(file, 'utf8'))).toEqual([]);
  });
});

test.each(packages)('the error messages of $folder are worded alike', ({ dir }) => {
  const found = sourceFiles(join(dir, 'src')).flatMap((file) =>
    wordingViolations(file, readFileSync(file, 'utf8')).map((text) => `${shown(file)}:${text}`),
  );
  expect(found).toEqual([]);
});

describe('manifests', () => {
  test.each(packages)('$folder publishes the exports it is developed with, but for the sources', (member) => {
    const { 'oriel-source': source, ...published } = (member.manifest.exports?.['.'] ?? {}) as Record<
      string,
      unknown
    >;
    expect(source).toBe('./src/index.ts');
    expect(member.manifest.publishConfig?.exports?.['.']).toEqual(published);
  });

  test.each(packages)(
    '$folder is named after its folder and builds with one script',
    ({ folder, manifest }) => {
      expect(manifest.name).toBe(`@oriel/${folder}`);
      expect(manifest.scripts?.build).toBe('tsdown --config ../../tsdown.config.ts');
    },
  );
});
