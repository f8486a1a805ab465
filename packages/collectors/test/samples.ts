import { type Collector, labelsOf, Registry, type Snapshot } from '@oriel/metrics';

/** Values of plain series by `name` or `name{label=value,…}`; of a histogram its `name_count`. */
export function samplesOf(snapshot: Snapshot): Map<string, number> {
  const samples = new Map<string, number>();
  for (const { name, type, parts } of snapshot.families) {
    for (const part of parts) {
      for (let row = 0; row < part.rows; row++) {
        const labels = labelsOf(part, row).map((label) => `${label.name}=${label.value}`);
        const cells = part.values.slice(row * part.stride, (row + 1) * part.stride);
        const key = labels.length === 0 ? '' : `{${labels.join(',')}}`;
        if (type === 'histogram') samples.set(`${name}_count${key}`, sum(cells.slice(0, -1)));
        else samples.set(name + key, cells[0]);
      }
    }
  }
  return samples;
}

/** Gathers collectors by themselves, every series checked against its descriptor; fails on any error. */
export async function gather(...collectors: readonly Collector[]): Promise<Snapshot> {
  const registry = new Registry({ pedantic: true });
  for (const collector of collectors) registry.register(collector);
  const snapshot = await registry.gather();
  if (snapshot.errors.length > 0) throw new AggregateError(snapshot.errors, 'the gather had errors');
  return snapshot;
}

/** The samples of collectors gathered by themselves. */
export async function samples(...collectors: readonly Collector[]): Promise<Map<string, number>> {
  return samplesOf(await gather(...collectors));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
