import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '@oriel/exporter-prometheus';
import { type Behaviour, type Destination, describeExporter, rowsOfPage } from '@oriel/testkit';
import { fileBackend } from '../src/file-backend.ts';
import { rowsOfJson } from './json-rows.ts';

/** A folder with the file; it can be told to be away. */
class Folder implements Destination {
  readonly path: string;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'oriel-file-'));
  #read = 0;
  #seen = 0;

  constructor(name: string) {
    this.path = join(this.#folder, name);
  }

  behave(behaviour: Behaviour): void {
    const away = `${this.#folder}-away`;
    if (behaviour === 'absent') renameSync(this.#folder, away);
    else if (existsSync(away)) renameSync(away, this.#folder);
  }

  close(): void {
    for (const folder of [this.#folder, `${this.#folder}-away`])
      rmSync(folder, { recursive: true, force: true });
  }

  /** What was appended since. */
  takeGrowth(): string {
    if (!existsSync(this.path)) return '';
    const bytes = readFileSync(this.path);
    // A batch under way may end within a line.
    const end = bytes.lastIndexOf('\n') + 1;
    const text = bytes.toString('utf8', this.#read, end);
    this.#read = end;
    return text;
  }

  /** The whole file, if another is there now. */
  takeNew(): string {
    if (!existsSync(this.path)) return '';
    const { ino, mtimeMs } = statSync(this.path);
    const seen = ino + mtimeMs;
    if (seen === this.#seen) return '';
    this.#seen = seen;
    return readFileSync(this.path, 'utf8');
  }
}

describeExporter({
  name: 'file',
  backend: fileBackend,
  destination: () => new Folder('metrics.json'),
  config: ({ path }) => ({ exporters: [`file://${path}`] }),
  read: (folder) => rowsOfJson(folder.takeGrowth()),
  capabilities: { direction: 'push', faults: ['absent'] },
});

describeExporter({
  name: 'file, as text',
  backend: fileBackend,
  destination: () => new Folder('app.prom'),
  config: ({ path }) => ({ exporters: ['file'], backendSettings: { file: { path, encode } } }),
  read: (folder) => rowsOfPage(folder.takeNew(), 'text'),
  capabilities: {
    direction: 'push',
    faults: ['absent'],
    queueLimit: 1,
    created: false,
    exemplars: false,
    // The text format has few types, and no buckets without bounds.
    types: {
      exponential_histogram: 'histogram',
      gauge_histogram: 'histogram',
      info: 'gauge',
      state_set: 'gauge',
    },
  },
});
