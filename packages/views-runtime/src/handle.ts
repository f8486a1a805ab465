import type { BoundRecorder, Measure } from '@oriel/stats';
import type { LabelsIn, MeasureGroup } from './measure-definition.ts';

/** A measure as recorders use it: every label must be given, in the spelling of any profile. */
export class Handle<Label extends string = string> {
  #measure: Measure | undefined;
  readonly #divisor: number;
  readonly #labels: readonly string[];

  /** Without a measure it records nothing. */
  constructor(measure?: Measure, divisor: number = 1, labels: readonly string[] = []) {
    this.#measure = measure;
    this.#divisor = divisor;
    this.#labels = labels;
  }

  /** Records a value in the unit of the reference. Never throws. */
  record(value: number, labels: Readonly<Record<Label, string>>): void {
    const measure = this.#measure;
    if (measure?.watch === undefined) return;
    measure.record(value / this.#divisor, filled(labels, this.#labels));
  }

  /** A recorder for labels that do not change, looked up once. */
  bind(labels: Readonly<Record<Label, string>>): BoundHandle {
    return new BoundHandle(this, this.#divisor, this.#measure?.bind(filled(labels, this.#labels)));
  }

  /** Whether it records: not without a measure, and not after the end. */
  get isOpen(): boolean {
    return this.#measure !== undefined;
  }

  /** Ends recording for good. */
  close(): void {
    this.#measure = undefined;
  }
}

/** Records one measure with labels that were looked up before, as long as its handle does. */
export class BoundHandle {
  readonly #handle: Handle;
  readonly #divisor: number;
  readonly #bound: BoundRecorder | undefined;

  constructor(handle: Handle, divisor: number, bound: BoundRecorder | undefined) {
    this.#handle = handle;
    this.#divisor = divisor;
    this.#bound = bound;
  }

  /** Records a value in the unit of the reference. Never throws. */
  record(value: number): void {
    if (this.#handle.isOpen) this.#bound?.record(value / this.#divisor);
  }
}

/** Handles of a group of measures, each for the labels of its own. */
export type Handles<G extends MeasureGroup> = { readonly [K in keyof G]: Handle<LabelsIn<G[K]>> };

/** One handle for each measure of a group. */
export function handlesOf<G extends MeasureGroup>(
  group: G,
  make: (definition: G[keyof G]) => Handle,
): Handles<G> {
  const entries = Object.entries(group).map(([key, definition]) => [key, make(definition as G[keyof G])]);
  return Object.fromEntries(entries) as Handles<G>;
}

// A label that was not said would be taken from the tags round the caller: the empty one is.
function filled(
  labels: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  for (const name of names) if (typeof labels[name] !== 'string') return copied(labels, names);
  return labels;
}

function copied(
  labels: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}
