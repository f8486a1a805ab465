import { MetricsError } from '@oriel/metrics';
import { type Backend, isBackend } from './backend.ts';
import type { BackendTarget } from './backend-target.ts';
import { consoleBackend } from './console-backend.ts';
import { fileBackend } from './file-backend.ts';
import { importInstalled } from './installed-package.ts';
import { nearestName } from './nearest-name.ts';

/** Finds the backend of a target. */
export type FindBackend = (target: BackendTarget) => Promise<Backend>;

const builtIn = new Map<string, Backend>([
  [consoleBackend.name, consoleBackend as Backend],
  [fileBackend.name, fileBackend as Backend],
]);

// Not passed, yet findable where their packages are installed.
const ownBackends = ['prometheus', 'otlp', 'pushgateway', 'remote-write', 'statsd', ...builtIn.keys()];

/**
 * Finds backends among those passed and built in, else in the packages `@oriel/exporter-<name>` and
 * `oriel-exporter-<name>` as the running program, or a program in the working directory, would import them.
 *
 * Errors: {@link MetricsError} `BACKEND_UNKNOWN`; `BACKEND_FAILED` for a package that cannot be loaded.
 */
export function backendFinder(passed: readonly Backend[]): FindBackend {
  const byName = new Map(passed.map((backend) => [backend.name, backend]));
  return async ({ name, id }) =>
    byName.get(name) ??
    builtIn.get(name) ??
    (await installedBackend(name)) ??
    refuse(name, id, [...byName.keys()]);
}

async function installedBackend(name: string): Promise<Backend | undefined> {
  for (const specifier of packagesOf(name)) {
    const exported = await importInstalled(specifier);
    if (exported !== undefined) return backendOf(exported, name, specifier);
  }
  return undefined;
}

function packagesOf(name: string): string[] {
  return [`@oriel/exporter-${name}`, `oriel-exporter-${name}`];
}

function backendOf(exported: Record<string, unknown>, name: string, specifier: string): Backend {
  const backend = [exported.backend, exported.default].find(isBackend);
  if (backend?.name === name) return backend;
  const found = backend === undefined ? 'no backend' : `backend "${backend.name}"`;
  throw new MetricsError('BACKEND_FAILED', {
    message: `Cannot load backend package "${specifier}": it exports ${found}; export what defineBackend({ name: "${name}", … }) returns as "backend"`,
    details: { package: specifier, backend: name },
  });
}

function refuse(name: string, id: string, passed: readonly string[]): never {
  const known = [...new Set([...passed, ...ownBackends])];
  const packages = packagesOf(name).map((specifier) => `"${specifier}"`);
  const fault = ownBackends.includes(name)
    ? `its package is not installed; install ${packages[0]}`
    : `none is called "${name}"; ${hint(name, known)}; else install ${packages.join(' or ')}`;
  throw new MetricsError('BACKEND_UNKNOWN', {
    message: `Cannot use backend "${id}": ${fault}, or pass it in "backends"`,
    details: { backend: name, known },
  });
}

function hint(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  const all = `known are ${known.map((one) => `"${one}"`).join(', ')}`;
  return near === undefined ? all : `did you mean "${near}"? ${all}`;
}
