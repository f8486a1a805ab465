import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { MetricsError } from '@oriel/metrics';
import { type Backend, isBackend } from './backend.ts';
import type { BackendTarget } from './backend-target.ts';
import { nearestName } from './nearest-name.ts';
import { packageEntry } from './package-entry.ts';

/** Finds the backend of a target. */
export type FindBackend = (target: BackendTarget) => Promise<Backend>;

// Not passed, yet findable where its package is installed.
const ownBackends = ['prometheus'];

/**
 * Finds backends among those passed, else in the packages `@oriel/exporter-<name>` and `oriel-exporter-<name>`
 * as the running program, or a program in the working directory, would import them.
 *
 * Errors: {@link MetricsError} `BACKEND_UNKNOWN`; `BACKEND_FAILED` for a package that cannot be loaded.
 */
export function backendFinder(passed: readonly Backend[]): FindBackend {
  const byName = new Map(passed.map((backend) => [backend.name, backend]));
  return async ({ name, id }) =>
    byName.get(name) ?? (await installedBackend(name)) ?? refuse(name, id, [...byName.keys()]);
}

async function installedBackend(name: string): Promise<Backend | undefined> {
  for (const specifier of packagesOf(name)) {
    for (const program of programs()) {
      const entry = await packageEntry(specifier, program);
      if (entry !== undefined) return backendOf(await load(entry, specifier), name, specifier);
    }
  }
  return undefined;
}

/** Files to import as: the running program, behind its links, and any program in the working directory. */
function programs(): string[] {
  const here = join(process.cwd(), 'program.js');
  const [, main] = process.argv;
  return main === undefined || !existsSync(main) ? [here] : [realpathSync(main), here];
}

function packagesOf(name: string): string[] {
  return [`@oriel/exporter-${name}`, `oriel-exporter-${name}`];
}

async function load(entry: URL, specifier: string): Promise<Record<string, unknown>> {
  try {
    return await import(entry.href);
  } catch (cause) {
    throw new MetricsError('BACKEND_FAILED', {
      message: `Cannot load backend package "${specifier}": ${cause instanceof Error ? cause.message : String(cause)}`,
      details: { package: specifier },
      cause,
    });
  }
}

function backendOf(exported: Record<string, unknown>, name: string, specifier: string): Backend {
  // A CommonJS package's exports may arrive under `default` only.
  const inner = exported.default as Record<string, unknown> | undefined;
  const backend = [exported.backend, inner?.backend, inner].find(isBackend);
  if (backend?.name === name) return backend;
  const found = backend === undefined ? 'no backend' : `backend "${backend.name}"`;
  throw new MetricsError('BACKEND_FAILED', {
    message: `Cannot load backend package "${specifier}": it exports ${found}; export what defineBackend({ name: "${name}", … }) returns as "backend"`,
    details: { package: specifier, backend: name },
  });
}

function refuse(name: string, id: string, passed: readonly string[]): never {
  const known = [...new Set([...passed, ...ownBackends])];
  const near = nearestName(name, known);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  const packages = packagesOf(name).map((specifier) => `"${specifier}"`);
  throw new MetricsError('BACKEND_UNKNOWN', {
    message: `Cannot use backend "${id}": none is called "${name}"; ${hint}known are ${known.map((one) => `"${one}"`).join(', ')}; else install ${packages.join(' or ')}, or pass it in "backends"`,
    details: { backend: name, known },
  });
}
