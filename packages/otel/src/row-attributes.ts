import type { Attributes } from '@opentelemetry/api';
import type { Label, SeriesColumns } from '@oriel/metrics';

/** Reads rows' labels as attributes: constant ones too, empty ones and those of the scope left out. */
export class RowAttributes {
  readonly #constant: readonly Label[];
  readonly #names: readonly string[];
  readonly #places: readonly number[];
  readonly #arity: number;
  readonly #ids: Int32Array;
  readonly #dictionaries: readonly (readonly string[])[];

  constructor({ constLabels, labels }: SeriesColumns, isAttribute: (label: string) => boolean = () => true) {
    const places = labels.names.flatMap((name, place) => (isAttribute(name) ? [place] : []));
    this.#constant = constLabels.filter(({ name, value }) => value !== '' && isAttribute(name));
    this.#names = places.map((place) => labels.names[place]);
    this.#places = places;
    this.#arity = labels.names.length;
    this.#ids = labels.ids;
    this.#dictionaries = places.map((place) => labels.dictionaries[place]);
  }

  /** A new object: the caller may add to it. */
  of(row: number): Record<string, string> & Attributes {
    const attributes: Record<string, string> = {};
    const start = row * this.#arity;
    for (let i = 0; i < this.#names.length; i++) {
      const value = this.#dictionaries[i][this.#ids[start + this.#places[i]]];
      if (value !== '') attributes[this.#names[i]] = value;
    }
    for (const { name, value } of this.#constant) attributes[name] = value;
    return attributes;
  }
}
