import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WorkSlices } from './work-slices.ts';

/**
 * Puts a whole file in the place of another: written beside it under a name nobody reads, then renamed.
 *
 * Shape: mode 0644, whatever the umask. What fails leaves the old file, and nothing else, behind. Gives the bytes.
 * Source: the collector of text files of Prometheus' node_exporter.
 */
export async function replaceFile(
  path: string,
  chunks: Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(draft, 'wx', 0o644);
    const bytes = await filled(handle, chunks, signal).finally(() => handle.close());
    signal.throwIfAborted();
    await rename(draft, path);
    return bytes;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function filled(
  handle: FileHandle,
  chunks: Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  // The umask has taken its part of what `open` was asked for.
  await handle.chmod(0o644);
  const bytes = await writeChunks(handle, chunks, signal);
  await handle.datasync();
  return bytes;
}

/** Writes one chunk after the other, with turns for others between; gives the bytes. */
export async function writeChunks(
  handle: FileHandle,
  chunks: Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const slices = new WorkSlices();
  let bytes = 0;
  for (const chunk of chunks) {
    signal.throwIfAborted();
    const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    await handle.writeFile(data);
    bytes += data.length;
    if (slices.over) await slices.next();
  }
  return bytes;
}
