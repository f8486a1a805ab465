import { type Labels, valuesIn } from './label-value.ts';
import type { ValueDictionary } from './value-dictionary.ts';

/** Reads labels, and writes the number of each value, or -1, into a tuple. */
export type TupleReader = (
  labels: Labels,
  dictionaries: readonly ValueDictionary[],
  tuple: Int32Array,
) => void;

/**
 * A reader for these labels.
 *
 * It is compiled, so that each property read is learned for one name: a shared loop reads by computed name, which
 * takes twice as long once a program has a few views. Where compiling is forbidden the loop serves.
 */
export function tupleReader(names: readonly string[]): TupleReader {
  const reads = names.map((name, i) => `const v${i} = labels[${JSON.stringify(name)}];`);
  // All are read before the tuple is written: a getter may record here too.
  const writes = names.map((_, i) => `tuple[${i}] = dictionaries[${i}].idOf(v${i});`);
  try {
    const body = [...reads, ...writes].join('\n');
    return new Function('labels', 'dictionaries', 'tuple', body) as TupleReader;
  } catch {
    return readInLoop(names);
  }
}

/** The reader without compiling. */
export function readInLoop(names: readonly string[]): TupleReader {
  return (labels, dictionaries, tuple) => {
    const values = valuesIn(labels, names);
    for (let i = 0; i < values.length; i++) tuple[i] = dictionaries[i].idOf(values[i]);
  };
}
