import { serialize, type Timeseries } from 'prometheus-remote-write';
import type { TimedSession } from '../case.ts';
import { BYTES, identity, labelsOf, SERIES, SERIES_A_MESSAGE } from '../remote-write-load.ts';

/** Messages made of objects that stand ready: its sender makes them anew for each push. */
export async function writtenMessages(): Promise<TimedSession> {
  const series = Array.from({ length: SERIES }, (_, i) => ({
    labels: Object.entries({ __name__: 'requests_total', ...labelsOf(i) })
      .map(([name, value]) => ({ name, value }))
      .concat(identity)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    samples: [{ value: 1 + (i % 1000) / 4, timestamp: Date.now() }],
  }));
  const payloads = Array.from({ length: SERIES / SERIES_A_MESSAGE }, (_, i) => ({
    timeseries: series.slice(i * SERIES_A_MESSAGE, (i + 1) * SERIES_A_MESSAGE),
  }));
  let runs = 0;
  return {
    async run(n) {
      for (let i = 0; i < n; i++) {
        for (let bytes = 0; bytes < BYTES; ) for (const payload of payloads) bytes += await length(payload);
        runs++;
      }
    },
    arrived: () => runs,
  };
}

// Its types have the input of its sender, where the schema's is wanted.
async function length(payload: object): Promise<number> {
  return ((await serialize(payload as Timeseries)) as ArrayBuffer).byteLength;
}
