import type { LabelColumns } from '@oriel/metrics';

/** Where each of these names stands among the others. */
export function placesOf(names: readonly string[], among: readonly string[]): readonly number[] {
  return names.map((name) => among.indexOf(name));
}

/** Label columns under other names: column i is the one at `places[i]` of those given. */
export function renamedColumns(
  { ids, dictionaries }: LabelColumns,
  names: readonly string[],
  places: readonly number[],
): LabelColumns {
  if (places.every((place, i) => place === i)) return { names, ids, dictionaries };
  const arity = places.length;
  const moved = new Int32Array(ids.length);
  for (let start = 0; start < ids.length; start += arity) {
    for (let i = 0; i < arity; i++) moved[start + i] = ids[start + places[i]];
  }
  return { names, ids: moved, dictionaries: places.map((place) => dictionaries[place]) };
}
