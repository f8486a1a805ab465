import type { SeriesColumns } from '@oriel/metrics';
import { type ByteBlock, blockOf, copyBytes, writeText } from './byte-block.ts';
import type { Escaping } from './format.ts';
import { joinedLabels, labelNameText } from './label-text.ts';
import { pairText, ValueBytes } from './value-bytes.ts';

/** Writes the labels of a part's rows, each pair with a comma before it. */
export interface LabelWriter {
  /** As many bytes as a row's labels may take; to be asked right before {@link copy}. */
  mostBytes(row: number): number;
  /** Copies a row's labels and returns the place behind them. */
  copy(row: number, to: DataView, at: number): number;
}

/** Encoded values are kept for as long as the dictionary they belong to. */
export class LabelCache {
  readonly #byDictionary = new WeakMap<readonly string[], Map<string, ValueBytes>>();

  of(name: string, dictionary: readonly string[]): ValueBytes {
    const byName = this.#byDictionary.get(dictionary) ?? new Map<string, ValueBytes>();
    const values = byName.get(name) ?? new ValueBytes(name, dictionary);
    byName.set(name, values);
    this.#byDictionary.set(dictionary, byName);
    return values;
  }
}

/** The writer for a part under an escaping scheme. */
export function labelWriter(columns: SeriesColumns, escaping: Escaping, cache: LabelCache): LabelWriter {
  const written = (name: string): string => labelNameText(name, escaping);
  const names = [...columns.constLabels.map((label) => label.name), ...columns.labels.names].map(written);
  if (new Set(names).size < names.length) return new JoiningWriter(columns, names);
  const constant = columns.constLabels.map((label) => pairText(written(label.name), label.value)).join('');
  const pairs = columns.labels.names.map((name, i) =>
    cache.of(written(name), columns.labels.dictionaries[i]),
  );
  return new ColumnWriter(blockOf(constant), pairs, columns.labels.ids);
}

const SMALL = 4096;

class ColumnWriter implements LabelWriter {
  readonly #constant: ByteBlock;
  readonly #pairs: readonly ValueBytes[];
  readonly #ids: Int32Array;
  readonly #most: number;

  constructor(constant: ByteBlock, pairs: readonly ValueBytes[], ids: Int32Array) {
    this.#constant = constant;
    this.#pairs = pairs;
    this.#ids = ids;
    this.#most = pairs.reduce((sum, pair) => sum + pair.mostBytes(), constant.size);
  }

  // One bound for all rows saves a pass over each, as long as it does not waste a chunk.
  mostBytes(row: number): number {
    return this.#most <= SMALL ? this.#most : this.#lengthOf(row);
  }

  #lengthOf(row: number): number {
    const pairs = this.#pairs;
    const start = row * pairs.length;
    let length = this.#constant.size;
    for (let i = 0; i < pairs.length; i++) length += pairs[i].lengthOf(this.#ids[start + i]);
    return length;
  }

  copy(row: number, to: DataView, at: number): number {
    const pairs = this.#pairs;
    const start = row * pairs.length;
    let end = copyBytes(this.#constant.view, 0, this.#constant.size, to, at);
    for (let i = 0; i < pairs.length; i++) end = pairs[i].copy(this.#ids[start + i], to, end);
    return end;
  }
}

// For labels whose names become equal by escaping: rare, so each row is written as text.
class JoiningWriter implements LabelWriter {
  readonly #columns: SeriesColumns;
  /** Constant labels, then variable ones, by number; in the order of the names as they were given. */
  readonly #order: readonly number[];
  readonly #names: readonly string[];
  #text = '';

  constructor(columns: SeriesColumns, names: readonly string[]) {
    const given = [...columns.constLabels.map((label) => label.name), ...columns.labels.names];
    this.#columns = columns;
    this.#order = [...given.keys()].sort((a, b) => (given[a] < given[b] ? -1 : 1));
    this.#names = this.#order.map((i) => names[i]);
  }

  mostBytes(row: number): number {
    const { constLabels, labels } = this.#columns;
    const values = constLabels.map((label) => label.value);
    for (const [i, dictionary] of labels.dictionaries.entries())
      values.push(dictionary[labels.ids[row * labels.names.length + i]]);
    const joined = joinedLabels(
      this.#names,
      this.#order.map((i) => values[i]),
    );
    this.#text = [...joined].map(([name, value]) => pairText(name, value)).join('');
    return this.#text.length * 3;
  }

  copy(_row: number, to: DataView, at: number): number {
    return writeText(new Uint8Array(to.buffer, to.byteOffset, to.byteLength), at, this.#text);
  }
}
