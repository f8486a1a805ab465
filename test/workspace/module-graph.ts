import { dirname, resolve } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** One place where a file names another module. Type imports count: they are arrows as well. */
export interface Import {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
}

/** Finds `import`, `export … from`, `import()` and `import('…').Type` in one file. */
export function importsOf(file: string, source: string): Import[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`Cannot read imports of "${file}": ${errors[0]?.message}`);
  const found: Import[] = [];
  const add = (node: { start: number; source: unknown } | null): void => {
    const specifier = (node?.source as { value?: unknown } | null | undefined)?.value;
    if (node === null || typeof specifier !== 'string') return;
    found.push({ file, line: source.slice(0, node.start).split('\n').length, specifier });
  };
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
  }).visit(program);
  return found.sort((a, b) => a.line - b.line);
}

/** The file that a relative specifier names; undefined for every other module. */
export function ownFile({ file, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? resolve(dirname(file), specifier) : undefined;
}

/** `@scope/name` or `name` of a specifier with or without a path behind it. */
export function moduleName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The graph of files that import each other by relative paths. */
export function fileGraph(imports: readonly Import[]): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const each of imports) {
    const target = ownFile(each);
    if (target !== undefined) graph.set(each.file, (graph.get(each.file) ?? new Set()).add(target));
  }
  return graph;
}

/**
 * Walks a graph depth first and returns one circle for each arrow that closes one, as `[a, b, a]`.
 *
 * Empty exactly if the graph has no circle.
 */
export function findCircles(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const at = path.indexOf(node);
    if (at >= 0) circles.push([...path.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return circles;
}
