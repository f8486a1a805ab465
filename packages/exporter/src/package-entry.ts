import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// An import from a file of one's own would use these; the first that a package offers counts.
const importConditions = ['import', 'node', 'module-sync', 'default'];

/**
 * The file that `import 'specifier'` would load in the module `importer`, or `undefined` if the package is not
 * installed there.
 *
 * Node resolves imports from the importing file only, and `require.resolve` finds the CommonJS build, which is
 * another copy of a package beside the ES modules the program uses.
 */
export async function packageEntry(specifier: string, importer: string): Promise<URL | undefined> {
  const file = manifestOf(specifier, importer);
  if (file === undefined) return undefined;
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { exports?: unknown; main?: string };
  const entry = manifest.exports === undefined ? (manifest.main ?? 'index.js') : exported(manifest.exports);
  return entry === undefined ? undefined : pathToFileURL(join(dirname(file), entry));
}

function manifestOf(specifier: string, importer: string): string | undefined {
  try {
    const file = findPackageJSON(specifier, pathToFileURL(importer));
    return file !== undefined && existsSync(file) ? file : undefined;
  } catch {
    // Node throws for a package it cannot find.
    return undefined;
  }
}

/** The file a package's `exports` field names for its main entry. */
function exported(field: unknown): string | undefined {
  if (typeof field === 'string') return field;
  if (typeof field !== 'object' || field === null) return undefined;
  if (Array.isArray(field)) return first(field);
  if ('.' in field) return exported(field['.']);
  const conditions = [...importConditions, ...programConditions()];
  return first(Object.entries(field).flatMap(([key, value]) => (conditions.includes(key) ? [value] : [])));
}

function first(fields: readonly unknown[]): string | undefined {
  for (const field of fields) {
    const file = exported(field);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** What the program was started with: `--conditions=name` or `-C name`. */
function programConditions(): string[] {
  const words = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return words.flatMap((word, at) => {
    const inline = /^(?:--conditions|-C)=(.+)$/.exec(word)?.[1];
    if (inline !== undefined) return [inline];
    return /^(--conditions|-C)$/.test(word) ? words.slice(at + 1, at + 2) : [];
  });
}
