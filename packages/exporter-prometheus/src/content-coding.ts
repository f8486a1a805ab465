import { parseWeightedList, type WeightedItem } from './weighted-list.ts';

/**
 * Chooses the content coding by an Accept-Encoding header: gzip when it is asked for and weighs no less than
 * identity, or when identity is ruled out; else identity. Nobody is turned away.
 */
export function contentCoding(acceptEncoding: string | undefined): 'gzip' | 'identity' {
  const items = parseWeightedList(acceptEncoding ?? '');
  const any = weightOf(items, '*');
  const gzip = weightOf(items, 'gzip') ?? weightOf(items, 'x-gzip') ?? any;
  const identity = weightOf(items, 'identity') ?? (any === 0 ? 0 : undefined);
  if (gzip === undefined) return identity === 0 ? 'gzip' : 'identity';
  return gzip > 0 && gzip >= (identity ?? 0) ? 'gzip' : 'identity';
}

function weightOf(items: readonly WeightedItem[], coding: string): number | undefined {
  return items.findLast(({ value }) => value === coding)?.q;
}
