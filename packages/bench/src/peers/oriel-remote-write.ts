import { encoder, type ProtocolVersion } from '@oriel/exporter-remote-write';
import type { TimedSession } from '../case.ts';
import { countingRegistry } from '../counting-registry.ts';
import { BYTES, identity, SERIES_A_MESSAGE } from '../remote-write-load.ts';

/** Messages that nobody gets. */
export async function writtenMessages(version: ProtocolVersion): Promise<TimedSession> {
  const snapshot = await countingRegistry().registry.gather();
  const encode = encoder({ version, labels: identity, maxSamples: SERIES_A_MESSAGE });
  let runs = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        for (let bytes = 0; bytes < BYTES; ) for (const message of encode(snapshot)) bytes += message.length;
        runs++;
      }
    },
    arrived: () => runs,
  };
}
