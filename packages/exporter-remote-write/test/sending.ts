import { type Exporter, newExporter } from '@oriel/exporter';
import { type Counter, Registry } from '@oriel/metrics';
import { type HttpDestination, type LogLines, logLines, type ManualClock, manualClock } from '@oriel/testkit';
import { uncompress } from 'snappyjs';
import { remoteWrite } from '../src/backend.ts';
import { type ReadSeries, readMessage } from './message-reader.ts';
import { versionOf } from './receiver.ts';

/** An exporter with this backend, its clock moved by hand. */
export interface Sending extends AsyncDisposable {
  readonly registry: Registry;
  readonly clock: ManualClock;
  readonly log: LogLines;
  readonly exporter: Exporter;
  /** The value of one of the backend's metrics, such as `remote_write_sent_samples_total`. */
  health(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
}

export async function sendingTo(
  url: string,
  settings: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Sending> {
  const [registry, clock, log] = [new Registry(), manualClock(Date.now()), logLines()];
  const exporter = newExporter('', {
    registry,
    clock,
    logger: log,
    backends: [remoteWrite],
    exporters: [url],
    backendSettings: { 'remote-write': { instance: 'one', ...settings } },
    env,
  });
  await exporter.init();
  return {
    registry,
    clock,
    log,
    exporter,
    async health(name, labels = {}) {
      const { families } = await registry.gather();
      const family = families.find((each) => each.name === `oriel_${name}`);
      for (const part of family?.parts ?? []) {
        for (let row = 0; row < part.rows; row++) {
          const { names, ids, dictionaries } = part.labels;
          const found = names.map((label, i) => [label, dictionaries[i][ids[row * names.length + i]]]);
          const own = Object.fromEntries(found) as Record<string, string>;
          if (Object.entries(labels).every(([label, value]) => own[label] === value)) return part.values[row];
        }
      }
      return undefined;
    },
    [Symbol.asyncDispose]: () => exporter.shutdown(),
  };
}

/** Takes what has arrived, without the backend's metrics of its own. */
export function received(destination: HttpDestination): ReadSeries[] {
  return destination.take().flatMap((request) => {
    const { series } = readMessage(Buffer.from(uncompress(request.body)), versionOf(request));
    return series.filter((each) => !nameOf(each).startsWith('oriel_'));
  });
}

export function nameOf({ labels }: ReadSeries): string {
  return labelOf({ labels }, '__name__');
}

export function labelOf({ labels }: Pick<ReadSeries, 'labels'>, name: string): string {
  return labels.find(([each]) => each === name)?.[1] ?? '';
}

/** Series of a counter, one for each number. */
export function fill(counter: Counter<'i'>, series: number): void {
  for (let i = 0; i < series; i++) counter.add(1, { i });
}
