import { readFileSync } from 'node:fs';
import { type EcmaScriptModule, parseSync } from 'oxc-parser';
import { ownFile } from './module-graph.ts';

/**
 * Exports that no other of the files imports, as `file exports "name"`.
 *
 * Shape: an entry's exports are used by definition. A type is used as well where its own file mentions it
 * again: it belongs to the signature of what stands beside it.
 */
export function unusedExports(files: readonly string[], entries: readonly string[]): string[] {
  const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const modules = new Map([...sources].map(([file, source]) => [file, parseSync(file, source).module]));
  const used = new Set([...modules].flatMap(([file, module]) => namesUsed(file, module)));
  return [...modules]
    .filter(([file]) => !entries.includes(file) && !used.has(`${file}#*`))
    .flatMap(([file, module]) =>
      module.staticExports
        .flatMap(({ entries: exported }) => exported)
        .map(({ exportName, isType }) => ({ name: exportName.name ?? 'default', isType }))
        .filter(({ name }) => !used.has(`${file}#${name}`))
        .filter(({ name, isType }) => !(isType && mentions(sources.get(file) ?? '', name) > 1))
        .map(({ name }) => `${file} exports "${name}"`),
    );
}

// `file#name` for every name that a module imports or passes on, `file#*` for a whole file.
function namesUsed(file: string, module: EcmaScriptModule): string[] {
  const imported = module.staticImports.flatMap(({ moduleRequest, entries }) =>
    entries.map(({ importName }) => ({ specifier: moduleRequest.value, name: importName.name })),
  );
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.map(({ moduleRequest, importName }) => ({
      specifier: moduleRequest?.value ?? '',
      name: importName.name,
    })),
  );
  return [...imported, ...passedOn].flatMap(({ specifier, name }) => {
    const target = ownFile({ file, line: 0, specifier });
    return target === undefined ? [] : [`${target}#${name ?? '*'}`];
  });
}

function mentions(source: string, name: string): number {
  return source.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
}
