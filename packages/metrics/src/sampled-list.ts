import { ageOf, distance, timeOf } from './exemplar.ts';
import type { Exemplar } from './snapshot.ts';

export interface SampledListRules {
  readonly most: number;
  readonly minAgeMs: number;
  readonly maxAgeMs: number;
}

/**
 * A list by rising value with one more exemplar that a sampler chose, or without it.
 *
 * Those too old go. If there are too many still, one in the middle goes, so that the smallest and the largest value
 * stay: of the two nearest on a logarithmic scale the older. A young one goes only for a new extreme.
 */
export function withSampled(
  known: readonly Exemplar[],
  newest: Exemplar,
  { most, minAgeMs, maxAgeMs }: SampledListRules,
): readonly Exemplar[] {
  if (most === 0) return known;
  const now = timeOf(newest);
  const list = [...known.filter((one) => ageOf(one, now) <= maxAgeMs), newest];
  list.sort((a, b) => a.value - b.value);
  if (list.length <= most) return list;
  const isExtreme = list[0] === newest || list[list.length - 1] === newest;
  const mayGo = (one: Exemplar): boolean => one === newest || ageOf(one, now) >= minAgeMs;
  if (list.length === 2) return mayGo(known[0]) ? [newest] : known;
  return without(
    list,
    nearest(list, (one) => isExtreme || mayGo(one)),
  );
}

/** Given exemplars, and sampled ones beside as far as there is room, by rising value. */
export function withRest(
  given: readonly Exemplar[],
  sampled: readonly Exemplar[],
  most: number,
): readonly Exemplar[] {
  let list = [...given, ...sampled].sort((a, b) => a.value - b.value);
  while (list.length > Math.max(most, given.length)) {
    const inner = nearest(list, (one) => !given.includes(one));
    list = without(list, inner >= 0 ? inner : list.findIndex((one) => !given.includes(one)));
  }
  return list;
}

/** The place of the one that may go and is nearest to a neighbour, not at an end; -1 if none may. */
function nearest(list: readonly Exemplar[], mayGo: (one: Exemplar) => boolean): number {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i + 1 < list.length; i++) {
    if (!mayGo(list[i])) continue;
    const apart = Math.min(distance(list[i - 1], list[i]), distance(list[i], list[i + 1]));
    const isOlder = found >= 0 && apart === least && timeOf(list[i]) < timeOf(list[found]);
    if (found >= 0 && apart >= least && !isOlder) continue;
    found = i;
    least = apart;
  }
  return found;
}

function without(list: readonly Exemplar[], place: number): Exemplar[] {
  return list.filter((_, i) => i !== place);
}
