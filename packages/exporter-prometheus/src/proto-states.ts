import { type ByteBlock, copyBytes, type LabelWriter } from '@oriel/encoding';

/** A row's labels, and one more for each of its states. */
export class StateLabels implements LabelWriter {
  readonly #labels: LabelWriter;
  readonly #states: readonly ByteBlock[];

  constructor(labels: LabelWriter, states: readonly ByteBlock[]) {
    this.#labels = labels;
    this.#states = states;
  }

  lengthOf(metric: number): number {
    return this.#labels.lengthOf(this.#rowOf(metric)) + this.#stateOf(metric).size;
  }

  mostBytes(metric: number): number {
    return this.lengthOf(metric);
  }

  copy(metric: number, to: DataView, at: number): number {
    const { view, size } = this.#stateOf(metric);
    return copyBytes(view, 0, size, to, this.#labels.copy(this.#rowOf(metric), to, at));
  }

  #rowOf(metric: number): number {
    return Math.floor(metric / this.#states.length);
  }

  #stateOf(metric: number): ByteBlock {
    return this.#states[metric % this.#states.length];
  }
}
