import { parseSync } from 'oxc-parser';

/** A piece of documented code, to be compiled and run as it stands. */
export interface Snippet {
  /** The document, from the workspace's folder. */
  readonly document: string;
  /** The line of the document on which the code begins, from 1. */
  readonly line: number;
  readonly code: string;
  /** What stands before the code, on one line: the imports that a doc comment leaves out. */
  readonly preamble: string;
  /** Why the snippet is compiled and not run. */
  readonly noRun?: string;
  /** Why the snippet cannot be checked at all. */
  readonly problem?: string;
}

const fence = /^ {0,3}(`{3,})\s*([^\s`]*)\s*(.*)$/;
const otherNames: ReadonlySet<string> = new Set(['typescript', 'mts', 'tsx', 'js', 'javascript', 'mjs']);

/**
 * Takes the `ts` blocks out of a Markdown text.
 *
 * Shape: a block marked `ts no-run <reason>` is compiled and not run. A block in JavaScript, or marked with
 * something else behind `ts`, is a snippet with a problem: it would escape the check.
 */
export function readmeSnippets(document: string, text: string): Snippet[] {
  const found: Snippet[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const [, ticks, language = '', info = ''] = fence.exec(lines[at] ?? '') ?? [];
    if (ticks === undefined) continue;
    const first = at + 1;
    do at++;
    while (at < lines.length && !lines[at]?.trim().startsWith(ticks));
    if (language !== 'ts' && !otherNames.has(language)) continue;
    const code = lines.slice(first, at).join('\n');
    found.push({ document, line: first + 1, code, preamble: '', ...blockState(language, info) });
  }
  return found;
}

function blockState(language: string, info: string): { noRun?: string; problem?: string } {
  if (language !== 'ts') return { problem: `the block is marked "${language}"; mark it "ts"` };
  if (info === '') return {};
  const reason = /^no-run\s+(\S.*)$/.exec(info)?.[1];
  if (reason !== undefined) return { noRun: reason };
  return {
    problem: `the block is marked "ts ${info}"; write "ts", or "ts no-run" with the reason behind it`,
  };
}

/** What a doc comment's code may name without importing it: names and where they come from. */
export interface Scope {
  readonly from: string;
  readonly names: ReadonlyMap<string, 'value' | 'type'>;
}

/** Takes the `@example` blocks out of a source file's doc comments; scopes are asked in their order. */
export function exampleSnippets(document: string, source: string, scopes: readonly Scope[]): Snippet[] {
  const { comments } = parseSync(document, source);
  return comments
    .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    .flatMap(({ start, end }) => {
      const firstLine = source.slice(0, start).split('\n').length;
      return examplesIn(source.slice(start, end)).map(({ offset, code }) => ({
        document,
        line: firstLine + offset,
        code,
        preamble: preamble(document, code, scopes),
      }));
    });
}

function examplesIn(comment: string): { offset: number; code: string }[] {
  const lines = comment
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\/?\*+ ?/, ''));
  return lines.flatMap((line, at) => {
    if (!/^\s*@example\b/.test(line)) return [];
    const end = lines.findIndex((other, index) => index > at && /^\s*@[a-z]+\b/i.test(other));
    const body = lines.slice(at + 1, end < 0 ? undefined : end);
    const code = [line.replace(/^\s*@example\b/, ''), ...body].map((each) =>
      each.startsWith('```') ? '' : each,
    );
    return [{ offset: at, code: code.join('\n').trimEnd() }];
  });
}

function preamble(document: string, code: string, scopes: readonly Scope[]): string {
  const taken = declaredNames(document, code);
  const imports = taken.has('assert') ? [] : ["import assert from 'node:assert/strict';"];
  taken.add('assert');
  for (const { from, names } of scopes) {
    const wanted = [...names].filter(([name]) => !taken.has(name) && new RegExp(`\\b${name}\\b`).test(code));
    for (const [name] of wanted) taken.add(name);
    const list = wanted.map(([name, kind]) => (kind === 'type' ? `type ${name}` : name));
    if (list.length > 0) imports.push(`import { ${list.join(', ')} } from '${from}';`);
  }
  return imports.join(' ');
}

// The names that the example itself declares or imports at its top level.
function declaredNames(document: string, code: string): Set<string> {
  const { program, module } = parseSync(document, code);
  const names = module.staticImports.flatMap(({ entries }) =>
    entries.map(({ localName }) => localName.value),
  );
  for (const statement of program.body) {
    if (statement.type === 'VariableDeclaration') {
      names.push(
        ...statement.declarations.flatMap(({ id }) => code.slice(id.start, id.end).match(/\w+/g) ?? []),
      );
    } else if ('id' in statement && statement.id && 'name' in statement.id) {
      names.push(String(statement.id.name));
    }
  }
  return new Set(names);
}

/** The names that a module exports, each a value or only a type. */
export function exportedNames(file: string, source: string): Map<string, 'value' | 'type'> {
  return new Map(
    parseSync(file, source)
      .module.staticExports.flatMap(({ entries }) => entries)
      .filter(({ exportName }) => exportName.kind === 'Name')
      .map(({ exportName, isType }) => [exportName.name ?? '', isType ? 'type' : 'value']),
  );
}
