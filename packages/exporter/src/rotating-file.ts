import { open, rename, rm, stat } from 'node:fs/promises';
import { writeChunks } from './atomic-file.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** 0 for no limit. */
  readonly maxBytes: number;
  /** The one in use included. */
  readonly maxFiles: number;
}

/** A file that grows by whole batches; when it is full it becomes `path.1`, that one `path.2`, and the last goes. */
export class RotatingFile {
  readonly #options: RotatingFileOptions;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /** Adds a batch, all of it or nothing; gives the bytes. A batch is never split over two files. */
  async append(chunks: Iterable<string>, signal: AbortSignal): Promise<number> {
    const { path, maxBytes } = this.#options;
    if (maxBytes > 0 && (await sizeOf(path)) >= maxBytes) await this.#rotate();
    const handle = await open(path, 'a', 0o644);
    const { size } = await handle.stat();
    try {
      return await writeChunks(handle, chunks, signal);
    } catch (error) {
      // Half a line would spoil the one that comes next.
      await handle.truncate(size).catch(() => undefined);
      throw error;
    } finally {
      await handle.close();
    }
  }

  async #rotate(): Promise<void> {
    const { path, maxFiles } = this.#options;
    const name = (age: number): string => (age === 0 ? path : `${path}.${age}`);
    await rm(name(maxFiles - 1), { force: true });
    for (let age = maxFiles - 1; age > 0; age--) await movedIfThere(name(age - 1), name(age));
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(ifMissing);
  return found?.size ?? 0;
}

async function movedIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch(ifMissing);
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
