import type { SeriesColumns } from '@oriel/metrics';
import { type Bytes, bytesOf, copyBytes, emptyBytes, writeText } from './byte-copy.ts';
import { pairText, type TagStyle, tagKeys } from './tag-style.ts';

const UNSEEN = -1;
const FIRST_BYTES = 1024;

/**
 * Pairs of one label as bytes, each encoded on first use and copied from then on.
 *
 * They lie side by side; a number of a value says where. A label's dictionary only grows, so what is encoded stays true.
 */
class ValueBytes {
  readonly #style: TagStyle;
  readonly #key: string;
  readonly #values: readonly string[];
  /** Start and length by number, side by side. */
  #places = new Int32Array(32).fill(UNSEEN);
  #pairs = emptyBytes(FIRST_BYTES);
  #end = 0;

  constructor(style: TagStyle, key: string, values: readonly string[]) {
    this.#style = style;
    this.#key = key;
    this.#values = values;
  }

  /** The bytes of a value's pair; the empty value is no label and has none. */
  lengthOf(id: number): number {
    const length = this.#places[2 * id + 1];
    return length >= 0 ? length : this.#encode(id);
  }

  /** Copies a pair whose length was asked for. */
  copy(id: number, to: DataView, at: number): number {
    const start = this.#places[2 * id];
    return copyBytes(this.#pairs.view, start, start + this.#places[2 * id + 1], to, at);
  }

  #encode(id: number): number {
    if (2 * id + 1 >= this.#places.length) this.#growPlaces(2 * id + 2);
    const value = this.#values[id];
    const pair = value === '' ? '' : pairText(this.#style, this.#key, value);
    const length = Buffer.byteLength(pair);
    if (this.#end + length > this.#pairs.size) this.#growPairs(this.#end + length);
    writeText(this.#pairs.bytes, this.#end, pair);
    this.#places[2 * id] = this.#end;
    this.#places[2 * id + 1] = length;
    this.#end += length;
    return length;
  }

  #growPlaces(least: number): void {
    const places = new Int32Array(Math.max(least, this.#places.length * 2)).fill(UNSEEN);
    places.set(this.#places);
    this.#places = places;
  }

  #growPairs(least: number): void {
    const grown = emptyBytes(Math.max(least, this.#pairs.size * 2));
    grown.bytes.set(this.#pairs.bytes.subarray(0, this.#end));
    this.#pairs = grown;
  }
}

/** Encoded values, kept for as long as the dictionary they belong to. */
export class TagCache {
  readonly style: TagStyle;
  readonly #byDictionary = new WeakMap<readonly string[], Map<string, ValueBytes>>();

  constructor(style: TagStyle) {
    this.style = style;
  }

  of(key: string, dictionary: readonly string[]): ValueBytes {
    const byKey = this.#byDictionary.get(dictionary) ?? new Map<string, ValueBytes>();
    const values = byKey.get(key) ?? new ValueBytes(this.style, key, dictionary);
    byKey.set(key, values);
    this.#byDictionary.set(dictionary, byKey);
    return values;
  }
}

/** The tags of a part's rows, one pair after the other: constant labels first, each group by name. */
export class RowTags {
  readonly #constant: Bytes;
  readonly #pairs: readonly ValueBytes[];
  readonly #ids: Int32Array;

  /** `reserved` are keys that the lines of the family add themselves. */
  constructor({ constLabels, labels }: SeriesColumns, cache: TagCache, reserved: readonly string[]) {
    const names = [...constLabels.map(({ name }) => name), ...labels.names];
    const keys = tagKeys(names, cache.style, reserved);
    const constant = constLabels.map(({ value }, i) =>
      value === '' ? '' : pairText(cache.style, keys[i], value),
    );
    this.#constant = bytesOf(constant.join(''));
    this.#pairs = labels.names.map((_, i) => cache.of(keys[constLabels.length + i], labels.dictionaries[i]));
    this.#ids = labels.ids;
  }

  /** The bytes of a row's tags; to be asked before {@link copy}. */
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
