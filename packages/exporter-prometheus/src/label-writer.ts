import type { SeriesColumns } from '@oriel/metrics';
import { type ByteBlock, byteBlock, copyBytes } from './byte-block.ts';
import type { Escaping } from './format.ts';
import { joinedLabels } from './label-text.ts';
import { type PairForm, ValueBytes } from './value-bytes.ts';

/** Writes the labels of a part's rows, one pair after the other. */
export interface LabelWriter {
  /** The bytes of a row's labels; to be asked right before {@link copy}. */
  lengthOf(row: number): number;
  /** As many bytes as a row's labels may take; to be asked right before {@link copy}. */
  mostBytes(row: number): number;
  /** Copies a row's labels and returns the place behind them. */
  copy(row: number, to: DataView, at: number): number;
}

/** Encoded values are kept for as long as the dictionary they belong to. */
export class LabelCache {
  readonly #form: PairForm;
  readonly #byDictionary = new WeakMap<readonly string[], Map<string, ValueBytes>>();

  constructor(form: PairForm) {
    this.#form = form;
  }

  get form(): PairForm {
    return this.#form;
  }

  of(name: string, dictionary: readonly string[]): ValueBytes {
    const byName = this.#byDictionary.get(dictionary) ?? new Map<string, ValueBytes>();
    const values = byName.get(name) ?? new ValueBytes(name, dictionary, this.#form);
    byName.set(name, values);
    this.#byDictionary.set(dictionary, byName);
    return values;
  }
}

/** The writer for a part under an escaping scheme. */
export function labelWriter(columns: SeriesColumns, escaping: Escaping, cache: LabelCache): LabelWriter {
  const { form } = cache;
  const written = (name: string): string => form.name(name, escaping);
  const { constLabels, labels } = columns;
  const names = [...constLabels.map((label) => label.name), ...labels.names].map(written);
  if (new Set(names).size < names.length) return new JoiningWriter(columns, names, form);
  const constant = pairsBlock(
    form,
    constLabels.map(({ name, value }) => [written(name), value] as const),
  );
  const pairs = labels.names.map((name, i) => cache.of(written(name), labels.dictionaries[i]));
  return new ColumnWriter(constant, pairs, labels.ids);
}

/** Pairs side by side; those without a value are left out. */
export function pairsBlock(
  form: PairForm,
  pairs: Iterable<readonly [name: string, value: string]>,
): ByteBlock {
  const given = [...pairs].filter(([, value]) => value !== '');
  const most = given.reduce((sum, [name, value]) => sum + form.mostBytes(name, value.length), 0);
  const block = byteBlock(most);
  const size = given.reduce((at, [name, value]) => form.write(block.bytes, at, name, value), 0);
  return { ...block, size };
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
    return this.#most <= SMALL ? this.#most : this.lengthOf(row);
  }

  lengthOf(row: number): number {
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

// For labels whose names become equal by escaping: rare, so each row is written anew.
class JoiningWriter implements LabelWriter {
  readonly #columns: SeriesColumns;
  readonly #form: PairForm;
  /** Constant labels, then variable ones, by number; in the order of the names as they were given. */
  readonly #order: readonly number[];
  readonly #names: readonly string[];
  #joined = byteBlock(0);

  constructor(columns: SeriesColumns, names: readonly string[], form: PairForm) {
    const given = [...columns.constLabels.map((label) => label.name), ...columns.labels.names];
    this.#columns = columns;
    this.#form = form;
    this.#order = [...given.keys()].sort((a, b) => (given[a] < given[b] ? -1 : 1));
    this.#names = this.#order.map((i) => names[i]);
  }

  mostBytes(row: number): number {
    return this.lengthOf(row);
  }

  lengthOf(row: number): number {
    const { constLabels, labels } = this.#columns;
    const values = constLabels.map((label) => label.value);
    for (const [i, dictionary] of labels.dictionaries.entries())
      values.push(dictionary[labels.ids[row * labels.names.length + i]]);
    const joined = joinedLabels(
      this.#names,
      this.#order.map((i) => values[i]),
    );
    this.#joined = pairsBlock(this.#form, joined);
    return this.#joined.size;
  }

  copy(_row: number, to: DataView, at: number): number {
    return copyBytes(this.#joined.view, 0, this.#joined.size, to, at);
  }
}
