import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseSync } from 'oxc-parser';
import { isolatedDeclarationSync } from 'oxc-transform';
import { ownFile } from './module-graph.ts';

interface Declared {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes down what a package's index exports: every name with its declaration, without comments and bodies.
 *
 * Shape: sorted by name, one blank line between names. What changes this text changes the public API.
 */
export function apiReport(index: string): string {
  return exportedDeclarations(index)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ text }) => `${text}\n`)
    .join('\n');
}

function exportedDeclarations(file: string): Declared[] {
  const { module } = parseSync(basename(file), readFileSync(file, 'utf8'));
  return module.staticExports
    .flatMap(({ entries }) => entries)
    .map(({ exportName, importName, localName, moduleRequest }) => {
      const name = exportName.name ?? exportName.kind;
      if (moduleRequest === null) return declaration(file, localName.name ?? name, name);
      const specifier = moduleRequest.value;
      const target = ownFile({ file, line: 0, specifier });
      if (target === undefined) return { name, text: `${name}: re-exported from "${specifier}"` };
      return { ...follow(target, importName.name ?? name), name };
    });
}

// A file between the index and the declaration may pass the name on once more.
function follow(file: string, name: string): Declared {
  const found = exportedDeclarations(file).find((each) => each.name === name);
  if (found === undefined) throw new Error(`Cannot report "${name}": "${file}" does not export it`);
  return found;
}

function declaration(file: string, local: string, name: string): Declared {
  const code = declarationFile(file);
  const texts = parseSync('declarations.d.ts', code).program.body.flatMap((statement) => {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    return inner && namesOf(inner).includes(local) ? [code.slice(inner.start, inner.end)] : [];
  });
  if (texts.length === 0) throw new Error(`Cannot report "${name}": "${file}" does not declare "${local}"`);
  return { name, text: texts.map(tidy).join('\n') };
}

function namesOf(node: object): string[] {
  const ids = 'declarations' in node ? (node.declarations as { id: unknown }[]).map(({ id }) => id) : [];
  if ('id' in node) ids.push(node.id);
  return ids.flatMap((id) => (id && typeof id === 'object' && 'name' in id ? [String(id.name)] : []));
}

function declarationFile(file: string): string {
  const { code, errors } = isolatedDeclarationSync(basename(file), readFileSync(file, 'utf8'));
  if (errors.length > 0) throw new Error(`Cannot report "${file}": ${errors[0]?.message}`);
  return withoutComments(code);
}

function withoutComments(code: string): string {
  const { comments } = parseSync('declarations.d.ts', code);
  return comments.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), code);
}

function tidy(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && line.trim() !== '#private;')
    .map((line) => line.trimEnd().replaceAll('\t', '  '))
    .join('\n')
    .replace(/^declare /, '');
}
