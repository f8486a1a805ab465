import { MetricsError } from './error.ts';
import { FamilyAssembler } from './family-assembler.ts';
import type { Gatherer, GatherOptions } from './registry.ts';
import type { Family, Snapshot } from './snapshot.ts';
import { readThrown } from './thrown.ts';

/**
 * One gatherer over several. Where two give the same family, help, type and unit must agree or the later one
 * is left out; a series both have is taken from the first. Errors tell the source by its place, from 1.
 */
export function mergeGatherers(...gatherers: readonly Gatherer[]): Gatherer {
  return {
    async gather(options: GatherOptions = {}): Promise<Snapshot> {
      // Read once: names may be an iterator, and each source needs them.
      const all = {
        ...options,
        ...(options.names && { names: [...options.names] }),
        ...(options.collectors && { collectors: [...options.collectors] }),
      };
      const snapshots = await Promise.all(gatherers.map((gatherer, i) => gatherFrom(gatherer, i + 1, all)));
      return merged(snapshots);
    },
    collectorNames: () => gatherers.flatMap((gatherer) => [...(gatherer.collectorNames?.() ?? [])]),
  };
}

async function gatherFrom(gatherer: Gatherer, place: number, options?: GatherOptions): Promise<Snapshot> {
  try {
    const snapshot = await gatherer.gather(options);
    return { ...snapshot, errors: snapshot.errors.map((error) => fromSource(place, error)) };
  } catch (cause) {
    return { time: Date.now(), families: [], errors: [fromSource(place, cause)] };
  }
}

function merged(snapshots: readonly Snapshot[]): Snapshot {
  const assembler = new FamilyAssembler();
  const names = new Map<string, number>();
  const all = snapshots.flatMap((snapshot) => snapshot.families);
  for (const { name } of all) names.set(name, (names.get(name) ?? 0) + 1);
  for (const family of all) addFamily(assembler, family, names.get(family.name) === 1);
  const families = assembler.finish();
  const errors = [...snapshots.flatMap((snapshot) => snapshot.errors), ...assembler.errors];
  return { time: Math.min(...snapshots.map((snapshot) => snapshot.time), Date.now()), families, errors };
}

// A family that only one source has was checked there.
function addFamily(assembler: FamilyAssembler, family: Family, sole: boolean): void {
  if (sole) assembler.addFamily(family);
  else for (const columns of family.parts) assembler.add({ head: family, columns, checked: true });
}

function fromSource(place: number, cause: unknown): MetricsError {
  const { own, text } = readThrown(cause);
  return new MetricsError(own?.code ?? 'COLLECT_FAILED', {
    message: `Cannot gather source ${place}: ${text}`,
    details: { ...own?.details, source: place },
    cause,
  });
}
