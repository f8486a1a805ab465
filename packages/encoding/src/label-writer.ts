import { type ByteBlock, byteBlock, copyBytes } from './byte-block.ts';
import { type PairForm, ValueBytes } from './value-bytes.ts';

/** Writes the labels of a part's rows, one pair after the other. */
export interface LabelWriter {
  /** The bytes of a row's labels. */
  lengthOf(row: number): number;
  /** As many bytes as a row's labels may take. */
  mostBytes(row: number): number;
  /** Copies a row's labels and returns the place behind them. */
  copy(row: number, to: DataView, at: number): number;
}

/** Encoded values are kept for as long as the dictionary they belong to. */
export class LabelCache<Form extends PairForm> {
  readonly #form: Form;
  readonly #byDictionary = new WeakMap<readonly string[], Map<string, ValueBytes>>();

  constructor(form: Form) {
    this.#form = form;
  }

  get form(): Form {
    return this.#form;
  }

  /** The values of a dictionary under a name, which is written as it is. */
  of(name: string, dictionary: readonly string[]): ValueBytes {
    const byName = this.#byDictionary.get(dictionary) ?? new Map<string, ValueBytes>();
    const values = byName.get(name) ?? new ValueBytes(name, dictionary, this.#form);
    byName.set(name, values);
    this.#byDictionary.set(dictionary, byName);
    return values;
  }
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

/** Constant pairs, which are written already, then those of the columns, each by the number of its value. */
export class ColumnWriter implements LabelWriter {
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
