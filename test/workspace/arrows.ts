import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Import, importsOf, moduleName, ownFile } from './module-graph.ts';
import { type Manifest, type Member, shown, sourceFiles } from './workspace.ts';

interface Rule {
  /** Folders of the packages it may import. */
  readonly packages: readonly string[];
  /** Other modules it may import; `declared` is whatever its package.json lists. */
  readonly modules: readonly string[] | 'declared';
  /** Modules that must come from the caller: as peer dependencies. */
  readonly peers?: readonly string[] | 'all';
}

/** Which way the arrows run: the table of the design, a `*` standing for the rest of a name. */
export const arrows: Readonly<Record<string, Rule>> = {
  metrics: { packages: [], modules: [] },
  stats: {
    packages: ['metrics'],
    modules: ['@opentelemetry/api', 're2js'],
    peers: ['@opentelemetry/api'],
  },
  encoding: { packages: ['metrics'], modules: [] },
  exporter: { packages: ['metrics'], modules: ['pino', 'yaml'] },
  otel: { packages: ['metrics'], modules: ['@opentelemetry/api', '@opentelemetry/sdk-metrics'] },
  'exporter-prometheus': {
    packages: ['encoding', 'exporter', 'metrics', 'otel', 'collectors'],
    modules: 'declared',
  },
  'exporter-pushgateway': { packages: ['exporter', 'exporter-prometheus', 'metrics'], modules: 'declared' },
  'exporter-*': { packages: ['encoding', 'exporter', 'metrics', 'otel'], modules: 'declared' },
  collectors: { packages: ['metrics'], modules: [] },
  'views-runtime': { packages: ['views-http', 'stats', 'metrics'], modules: [] },
  'views-*': { packages: ['stats', 'metrics'], modules: 'declared', peers: 'all' },
  testkit: { packages: ['metrics', 'exporter'], modules: 'declared', peers: 'all' },
};

/** The rule of a package, undefined for one that the table does not know. */
export function ruleOf(folder: string): Rule | undefined {
  return arrows[folder] ?? arrows[`${folder.split('-')[0]}-*`];
}

/** Every import of a member's files; `src` of a package, all but the tests of an example. */
export function memberImports(member: Member): Import[] {
  const src = join(member.dir, 'src');
  const files = existsSync(src)
    ? sourceFiles(src)
    : sourceFiles(member.dir).filter((file) => !/[/\\]test[/\\]|\.config\.ts$/.test(file));
  return files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
}

/** What a published package imports against the table, each as `file:line imports …; what is allowed`. */
export function arrowViolations(member: Member, base: string): string[] {
  const rule = ruleOf(member.folder);
  if (rule === undefined) return [`${member.folder} has no row in the table of allowed imports`];
  return memberImports(member).flatMap((each) => {
    const problem = arrowProblem(each, member, rule);
    return problem === undefined
      ? []
      : [`${shown(each.file, base)}:${each.line} imports "${each.specifier}"; ${problem}`];
  });
}

function arrowProblem(each: Import, member: Member, rule: Rule): string | undefined {
  const target = ownFile(each);
  if (target !== undefined) {
    return target.startsWith(join(member.dir, 'src')) ? undefined : 'a relative path stays inside src';
  }
  if (isBuiltin(each.specifier)) return undefined;
  const name = moduleName(each.specifier);
  if (name.startsWith('@oriel/')) return orielProblem(each.specifier, member, rule);
  if (rule.modules !== 'declared' && !rule.modules.includes(name)) {
    return `${member.folder} may import ${rule.modules.join(', ') || 'no module of others'}`;
  }
  const asPeer = rule.peers === 'all' || rule.peers?.includes(name) === true;
  if (asPeer && member.manifest.peerDependencies?.[name] === undefined) {
    return 'it must be a peer dependency';
  }
  return undefined;
}

function orielProblem(specifier: string, member: Member, rule: Rule): string | undefined {
  const folder = specifier.slice('@oriel/'.length);
  if (folder.includes('/')) return 'a package is imported by its name, without a path';
  if (rule.packages.includes(folder)) return undefined;
  return `${member.folder} may import ${rule.packages.join(', ') || 'no other package'}`;
}

/** Imports that package.json does not declare, and declared dependencies that nothing imports. */
export function dependencyViolations(member: Member, base: string): string[] {
  const { dependencies, peerDependencies } = member.manifest;
  const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }));
  const imports = memberImports(member).filter(
    (each) => ownFile(each) === undefined && !isBuiltin(each.specifier),
  );
  const used = new Set(imports.map(({ specifier }) => moduleName(specifier)));
  const missing = imports
    .filter(({ specifier }) => !declared.has(moduleName(specifier)))
    .map(
      ({ file, line, specifier }) =>
        `${shown(file, base)}:${line} imports "${specifier}"; package.json does not list it as a dependency`,
    );
  const unused = [...declared]
    .filter((name) => !used.has(name) && !neededAsPeer(member, name))
    .map((name) => `${shown(member.dir, base)}/package.json lists "${name}"; nothing imports it`);
  return [...missing, ...unused];
}

// A peer of a dependency has to be passed on even where it is not imported.
function neededAsPeer(member: Member, name: string): boolean {
  if (member.manifest.peerDependencies?.[name] === undefined) return false;
  return Object.keys(member.manifest.dependencies ?? {}).some((dependency) => {
    const path = join(member.dir, 'node_modules', dependency, 'package.json');
    if (!existsSync(path)) return false;
    return (JSON.parse(readFileSync(path, 'utf8')) as Manifest).peerDependencies?.[name] !== undefined;
  });
}
