import type { Writable } from 'node:stream';
import { giveBack } from './page-buffer.ts';
import type { Reader } from './reader.ts';
import type { Turns } from './turns.ts';

// How long one scrape renders before it gives the event loop back.
const SLICE_MS = 3;
// Rendered ahead of the reader, so that the connection is not idle while the next part is made.
const AHEAD_BYTES = 128 * 1024;

/**
 * Writes chunks as fast as the reader takes them, in slices between which the event loop is free.
 *
 * Gives the number of bytes written once all are; rejects with what the chunks throw. When the reader
 * leaves, rendering stops. The sink is not ended.
 */
export async function streamPage(
  chunks: Iterator<Uint8Array, void>,
  sink: Writable,
  reader: Reader,
  turns: Turns,
): Promise<number> {
  let bytes = 0;
  while (!reader.hasLeft) {
    const until = performance.now() + SLICE_MS;
    do {
      const { done, value } = chunks.next();
      if (done) return bytes;
      // A step of work without bytes.
      if (value.byteLength === 0) continue;
      bytes += value.byteLength;
      const sent = (error?: Error | null): void => {
        if (error == null) giveBack(value);
      };
      if (sink.write(value, sent) || sink.writableLength < AHEAD_BYTES) continue;
      await reader.takes(sink, 'drain');
      break;
    } while (performance.now() < until);
    await turns.next();
  }
  return bytes;
}
