import type { Collector } from '../src/collector.ts';
import type { MetricsErrorCode } from '../src/error.ts';
import { MetricsError } from '../src/error.ts';
import { Registry } from '../src/registry.ts';
import { labelsOf, type SeriesColumns, type Snapshot } from '../src/snapshot.ts';

/** One series in plain words: `name{a="1"}` and its cells. */
export type Shown = readonly [series: string, ...cells: number[]];

/** All series of some columns, in their order. */
export function rowsOf(name: string, columns: SeriesColumns): Shown[] {
  return Array.from({ length: columns.rows }, (_, row) => {
    const labels = labelsOf(columns, row).map((label) => `${label.name}=${JSON.stringify(label.value)}`);
    const cells = columns.values.slice(row * columns.stride, (row + 1) * columns.stride);
    return [`${name}{${labels.join(',')}}`, ...cells];
  });
}

/** All series of a snapshot, or of one family. */
export function seriesOf(snapshot: Snapshot, name?: string): Shown[] {
  return snapshot.families
    .filter((family) => name === undefined || family.name === name)
    .flatMap((family) => family.parts.flatMap((part) => rowsOf(family.name, part)));
}

/** The codes of a snapshot's errors. */
export function codesOf(snapshot: Snapshot): MetricsErrorCode[] {
  return snapshot.errors.map((error) => error.code);
}

/** What a registry with only these collectors gives. */
export function gatherAll(...collectors: readonly Collector[]): Promise<Snapshot> {
  const registry = new Registry();
  for (const collector of collectors) registry.register(collector);
  return registry.gather();
}

/** The MetricsError that a function throws. */
export function refusalOf(act: () => unknown): MetricsError {
  try {
    act();
  } catch (error) {
    if (error instanceof MetricsError) return error;
    throw error;
  }
  throw new Error('Cannot take the refusal: nothing was refused');
}
