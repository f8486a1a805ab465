import { ownCopy } from './own-copy.ts';

/** Numbers the distinct values of one label. Numbers of values that nobody uses any more are given again. */
export class ValueDictionary {
  #values: string[] = [];
  #valuesShared = false;
  #uses = new Int32Array(16);
  #free: number[] = [];
  /** Numbers by value; for look-ups only. */
  readonly ids: Map<unknown, number> = new Map();

  /** By number. */
  get values(): readonly string[] {
    return this.#values;
  }

  /** The number of a value, or -1. Only strings have one. */
  idOf(value: unknown): number {
    return this.ids.get(value) ?? -1;
  }

  /** Numbers a value if it is new, and counts one more use of it. */
  take(value: string): number {
    const known = this.ids.get(value);
    if (known !== undefined) {
      this.#uses[known]++;
      return known;
    }
    const id = this.#free.pop() ?? this.#values.length;
    if (this.#valuesShared && id < this.#values.length) {
      // A snapshot still reads the value whose number is given again.
      this.#values = this.#values.slice();
      this.#valuesShared = false;
    }
    const own = ownCopy(value);
    this.#values[id] = own;
    if (id >= this.#uses.length) this.#growUses();
    this.#uses[id] = 1;
    this.ids.set(own, id);
    return id;
  }

  #growUses(): void {
    const uses = new Int32Array(this.#uses.length * 2);
    uses.set(this.#uses);
    this.#uses = uses;
  }

  /** Takes back one use. */
  release(id: number): void {
    if (--this.#uses[id] > 0) return;
    this.ids.delete(this.#values[id]);
    this.#free.push(id);
  }

  /** The values for a reader that keeps them: only new numbers are added to this array from now on. */
  share(): readonly string[] {
    this.#valuesShared = true;
    return this.#values;
  }
}
