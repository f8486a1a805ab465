import { attributeText } from './label-key.ts';

/** The values of one label, by row. A row that was not written has the empty value. */
export class LabelColumn {
  /** Of the attribute while there is one key for it; the group's when there are several. */
  name: string;
  /** By number; 0 is the empty value. */
  readonly dictionary: string[] = [''];
  /** The number of each row's value. */
  readonly ids: Int32Array;
  /** The row written last, to notice that two keys write one row. */
  lastRow = -1;
  /** Whether attributes may not write it, as the scope does. */
  taken = false;
  readonly #numbers = new Map<unknown, number>([['', 0]]);

  constructor(name: string, capacity: number) {
    this.name = name;
    this.ids = new Int32Array(capacity);
  }

  /** The number of an attribute value. */
  numberOf(value: unknown): number {
    return this.#numbers.get(value) ?? this.#add(value);
  }

  #add(value: unknown): number {
    const text = attributeText(value);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.dictionary.push(text) - 1;
      this.#numbers.set(text, number);
    }
    // An array is looked up by its text each time: it may be another one when it is met again.
    if (typeof value !== 'object') this.#numbers.set(value, number);
    return number;
  }
}
