import { setImmediate as turn } from 'node:timers/promises';
import { WorkSlices } from './work-slices.ts';

/** The part of a writable stream that is used; terminals have the rest. */
export interface TextStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Writes one text after the other, each when the one before is out; gives the bytes. Rejects when one fails. */
export async function writeTexts(
  stream: TextStream,
  texts: Iterable<string>,
  signal: AbortSignal,
): Promise<number> {
  const slices = new WorkSlices();
  let bytes = 0;
  for (const text of texts) {
    signal.throwIfAborted();
    await written(stream, text, signal);
    bytes += Buffer.byteLength(text);
    if (slices.over) await slices.next();
  }
  return bytes;
}

async function written(stream: TextStream, text: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = (): void => reject(signal.reason);
  // Without a listener the event that follows a failed write would end the process.
  stream.on('error', reject);
  signal.addEventListener('abort', late, { once: true });
  try {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
    await promise;
  } catch (error) {
    await turn();
    throw error;
  } finally {
    stream.off('error', reject);
    signal.removeEventListener('abort', late);
  }
}
