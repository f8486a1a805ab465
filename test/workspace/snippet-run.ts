import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Snippet } from './snippet.ts';
import { root } from './workspace.ts';

/** A snippet that stands in a file of its own, on the lines that it has in its document. */
export interface PlacedSnippet {
  readonly snippet: Snippet;
  readonly file: string;
}

/**
 * Writes a snippet into a hidden file of a folder, from where it imports as the folder's own code would.
 *
 * The process id in the name keeps two runs in one checkout apart.
 */
export function placeSnippet(snippet: Snippet, folder: string): PlacedSnippet {
  const name = `${basename(snippet.document, '.md').replace('.ts', '')}-${snippet.line}`;
  const file = join(folder, `.snippet-${process.pid}-${name}.ts`);
  writeFileSync(file, `${snippet.preamble}${'\n'.repeat(snippet.line - 1)}${snippet.code}\n`);
  return { snippet, file };
}

/** Removes the files again. */
export function removeSnippets(placed: readonly PlacedSnippet[]): void {
  for (const { file } of placed) rmSync(file, { force: true });
}

/** Checks the types of all snippets in one go; returns the compiler's messages by file. */
export async function compileSnippets(placed: readonly PlacedSnippet[]): Promise<Map<PlacedSnippet, string>> {
  const config = join(root, `.snippet-${process.pid}-tsconfig.json`);
  const compilerOptions = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    declaration: false,
    isolatedDeclarations: false,
    moduleDetection: 'force',
  };
  const files = placed.map(({ file }) => file);
  writeFileSync(config, JSON.stringify({ extends: './tsconfig.base.json', compilerOptions, files }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { output } = await start([tsc, '-p', config, '--pretty', 'false'], root, 120_000);
  rmSync(config);
  return messagesByFile(placed, output);
}

function messagesByFile(placed: readonly PlacedSnippet[], output: string): Map<PlacedSnippet, string> {
  const general = /^error .*/m.exec(output)?.[0];
  if (general !== undefined) throw new Error(`Cannot compile the snippets: ${general}`);
  const messages = new Map<PlacedSnippet, string>();
  for (const each of placed) {
    const own = output.split('\n').filter((line) => line.includes(basename(each.file)));
    if (own.length > 0) messages.set(each, inDocument(each, own.join('\n')));
  }
  return messages;
}

/** Runs a snippet with Node until it ends; returns what went wrong, undefined if nothing did. */
export async function runSnippet(each: PlacedSnippet, limitMs = 20_000): Promise<string | undefined> {
  const cwd = mkdtempSync(join(tmpdir(), 'oriel-snippet-'));
  const { code, killed, output } = await start(['--conditions=oriel-source', each.file], cwd, limitMs);
  rmSync(cwd, { recursive: true, force: true });
  const { document, line } = each.snippet;
  if (killed) return `${document}:${line} does not end within ${limitMs} ms\n${inDocument(each, output)}`;
  if (code !== 0) return `${document}:${line} fails\n${inDocument(each, output)}`;
  return undefined;
}

// Lines agree already: only the file's name has to be put back.
function inDocument({ file, snippet }: PlacedSnippet, text: string): string {
  const name = basename(file).replaceAll('.', '\\.');
  return text.replaceAll(new RegExp(`(file://)?[^\\s('"]*${name}`, 'g'), snippet.document);
}

interface Outcome {
  readonly code: number | null;
  readonly killed: boolean;
  readonly output: string;
}

function start(args: readonly string[], cwd: string, timeout: number): Promise<Outcome> {
  // The snippet meets the environment of a reader, not the test runner's.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|ORIEL_)/.test(name),
    ),
  );
  return new Promise((done) => {
    const options = { cwd, env, timeout, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 } as const;
    const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
      done({
        code: child.exitCode,
        killed: error?.killed === true,
        output: `${stderr}${stdout}`.slice(0, 8_000),
      });
    });
  });
}
