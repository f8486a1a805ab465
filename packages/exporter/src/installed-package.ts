import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { MetricsError } from '@oriel/metrics';
import { packageEntry } from './package-entry.ts';

/**
 * What a package exports, imported as the running program, or a program in the working directory, would import it;
 * `undefined` if it is not installed.
 *
 * Errors: {@link MetricsError} `BACKEND_FAILED` for a package that cannot be loaded.
 */
export async function importInstalled(specifier: string): Promise<Record<string, unknown> | undefined> {
  for (const program of programs()) {
    const entry = await packageEntry(specifier, program);
    if (entry !== undefined) return load(entry, specifier);
  }
  return undefined;
}

/** Files to import as: the running program, behind its links, and any program in the working directory. */
function programs(): string[] {
  const here = join(process.cwd(), 'program.js');
  const [, main] = process.argv;
  return main === undefined || !existsSync(main) ? [here] : [realpathSync(main), here];
}

async function load(entry: URL, specifier: string): Promise<Record<string, unknown>> {
  try {
    const exported = await import(entry.href);
    // A CommonJS package's exports may arrive under `default` only.
    return { ...exported.default, ...exported };
  } catch (cause) {
    throw new MetricsError('BACKEND_FAILED', {
      message: `Cannot load package "${specifier}": ${cause instanceof Error ? cause.message : String(cause)}`,
      details: { package: specifier },
      cause,
    });
  }
}
