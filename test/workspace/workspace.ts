import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this checkout. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package or an example of the workspace. */
export interface Member {
  /** `metrics` of `packages/metrics`. */
  readonly folder: string;
  readonly dir: string;
  readonly manifest: Manifest;
}

/** Reads the members of one group, in the order of their folders' names. */
export function members(group: 'packages' | 'examples', base: string = root): Member[] {
  const parent = join(base, group);
  return readdirSync(parent)
    .sort()
    .filter((folder) => existsSync(join(parent, folder, 'package.json')))
    .map((folder) => {
      const dir = join(parent, folder);
      return {
        folder,
        dir,
        manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest,
      };
    });
}

/** The packages that go to the package registry. */
export function publishedPackages(base: string = root): Member[] {
  return members('packages', base).filter(({ manifest }) => manifest.private !== true);
}

/** Every `.ts` file under a folder, absolute; hidden, built and installed files are left out. */
export function sourceFiles(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return sourceFiles(path);
      return entry.name.endsWith('.ts') ? [path] : [];
    });
}

/** A path as a person names it: from the checkout's folder, with forward slashes. */
export function shown(path: string, base: string = root): string {
  return relative(base, path).replaceAll('\\', '/');
}
