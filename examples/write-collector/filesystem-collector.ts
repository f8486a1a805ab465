import { existsSync, type StatsFs } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { type Collector, Desc, type DescOptions, type FamilySink } from '@oriel/metrics';
import { type Mount, parseMounts } from './mount.ts';

export interface FilesystemCollectorOptions {
  /** How long a mount may take to answer, in milliseconds. Default: 2000. */
  readonly patienceMs?: number;
  /** Asks a mount for its size. Default: the system's statfs. */
  readonly ask?: (mountpoint: string) => Promise<StatsFs>;
}

/**
 * How full the mounted file systems are.
 *
 * A mount that does not answer, as of a file server that went away, shows `device_error` 1 and holds up neither
 * its neighbours nor a thread for each scrape: it is not asked again before it has answered.
 */
export class FilesystemCollector implements Collector {
  readonly #file: string;
  readonly #patienceMs: number;
  readonly #ask: (mountpoint: string) => Promise<StatsFs>;
  readonly #asked = new Set<string>();
  readonly #size = gauge('size_bytes', 'Size.', 'By');
  readonly #free = gauge('free_bytes', 'Free space, that kept for the administrator with it.', 'By');
  readonly #avail = gauge('avail_bytes', 'Free space for everybody.', 'By');
  readonly #files = gauge('files', 'Files there can be.');
  readonly #filesFree = gauge('files_free', 'Files that can be added.');
  readonly #readOnly = gauge('readonly', 'Whether it is mounted for reading only: 1 or 0.');
  readonly #deviceError = gauge('device_error', 'Whether it failed to tell its size: 1 or 0.');

  constructor(procRoot: string, options: FilesystemCollectorOptions = {}) {
    this.#file = join(procRoot, 'self/mounts');
    this.#patienceMs = options.patienceMs ?? 2000;
    this.#ask = options.ask ?? ((mountpoint) => statfs(mountpoint));
  }

  describe(): Desc[] {
    const sizes = [this.#size, this.#free, this.#avail, this.#files, this.#filesFree];
    return [...sizes, this.#readOnly, this.#deviceError];
  }

  async collect(out: FamilySink): Promise<void> {
    const mounts = existsSync(this.#file) ? parseMounts(await readFile(this.#file, 'utf8')) : [rootMount()];
    await Promise.all(mounts.map((mount) => this.#collectMount(out, mount)));
  }

  async #collectMount(out: FamilySink, mount: Mount): Promise<void> {
    const labels = [mount.device, mount.mountpoint, mount.fstype];
    const stats = await this.#statsOf(mount.mountpoint).catch(() => undefined);
    out.gauge(this.#readOnly, mount.isReadOnly ? 1 : 0, labels);
    out.gauge(this.#deviceError, stats === undefined ? 1 : 0, labels);
    if (stats === undefined) return;
    out.gauge(this.#size, stats.blocks * stats.bsize, labels);
    out.gauge(this.#free, stats.bfree * stats.bsize, labels);
    out.gauge(this.#avail, stats.bavail * stats.bsize, labels);
    out.gauge(this.#files, stats.files, labels);
    out.gauge(this.#filesFree, stats.ffree, labels);
  }

  async #statsOf(mountpoint: string): Promise<StatsFs> {
    if (this.#asked.has(mountpoint)) throw new Error('it has not answered the last time yet');
    this.#asked.add(mountpoint);
    const answer = this.#ask(mountpoint).finally(() => this.#asked.delete(mountpoint));
    return within(this.#patienceMs, answer);
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function gauge(name: string, help: string, unit?: DescOptions['unit']): Desc {
  const labelNames = ['device', 'mountpoint', 'fstype'];
  return new Desc({ name: `host_filesystem_${name}`, type: 'gauge', help, unit, labelNames });
}

// Where the system lists no mounts: the one this program is in.
function rootMount(): Mount {
  return { device: '', mountpoint: parse(process.cwd()).root, fstype: '', isReadOnly: false };
}
