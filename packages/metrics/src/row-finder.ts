import { type Labels, valuesIn } from './label-value.ts';
import type { ValueDictionary } from './value-dictionary.ts';

/** Finds the row of labels in an open addressed table of tuples; -1 if it is not there. */
export type RowFinder = (
  labels: Labels,
  dictionaries: readonly ValueDictionary[],
  slots: Int32Array,
  ids: Int32Array,
) => number;

/**
 * A finder for these labels.
 *
 * It is compiled, so that each property read is learned for one name: a shared loop reads by computed name, which
 * takes twice as long once a program has a few views. Where compiling is forbidden a loop serves.
 */
export function rowFinder(names: readonly string[]): RowFinder {
  try {
    return new Function('labels', 'dictionaries', 'slots', 'ids', sourceFor(names)) as RowFinder;
  } catch {
    return findInLoop(names);
  }
}

/** The finder without compiling. */
export function findInLoop(names: readonly string[]): RowFinder {
  return (labels, dictionaries, slots, ids) => {
    const tuple = valuesIn(labels, names).map((value, i) => dictionaries[i].idOf(value));
    return findTuple(tuple, slots, ids);
  };
}

/** The row of a tuple of numbers; -1 if it is not there. */
export function findTuple(tuple: ArrayLike<number>, slots: Int32Array, ids: Int32Array): number {
  const arity = tuple.length;
  const mask = slots.length - 1;
  for (let slot = hashOf(tuple, 0, arity) & mask; ; slot = (slot + 1) & mask) {
    const row = slots[slot];
    if (row < 0) return -1;
    const start = row * arity;
    let i = 0;
    while (i < arity && ids[start + i] === tuple[i]) i++;
    if (i === arity) return row;
  }
}

/** The hash of `arity` numbers from `start` on. Its terms do not wait for each other, as mixing steps in a row would. */
export function hashOf(numbers: ArrayLike<number>, start: number, arity: number): number {
  let hash = 0;
  for (let i = 0; i < arity; i++) hash = (hash + Math.imul(numbers[start + i], factorOf(i))) | 0;
  return hash ^ (hash >>> 15);
}

function factorOf(place: number): number {
  return (0x9e3779b1 + place * 0x6a09e66e) | 1;
}

// The same search as findTuple, written out. All values are read before anything is looked up: a getter may record.
function sourceFor(names: readonly string[]): string {
  const each = (line: (i: number) => string, between: string): string =>
    names.map((_, i) => line(i)).join(between);
  return `
    ${names.map((name, i) => `const v${i} = labels[${JSON.stringify(name)}];`).join('\n')}
    ${each((i) => `const n${i} = dictionaries[${i}].ids.get(v${i});`, '\n')}
    const hash = (${['0', each((i) => `Math.imul(n${i}, ${factorOf(i)})`, ' + ')].filter(Boolean).join(' + ')}) | 0;
    const mask = slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot];
      if (row < 0) return -1;
      const start = row * ${names.length};
      if (${['true', each((i) => `ids[start + ${i}] === n${i}`, ' && ')].filter(Boolean).join(' && ')}) return row;
    }`;
}
