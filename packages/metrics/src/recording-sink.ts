import type { FamilySink } from './collector.ts';

type Method = Exclude<keyof FamilySink, 'signal' | 'time'>;
type Write<M extends Method> = (...given: Parameters<FamilySink[M]>) => void;

/** Keeps what a collector writes, to write it again into any number of sinks. */
export class RecordingSink implements FamilySink {
  readonly signal: AbortSignal;
  readonly time: number;
  readonly #writes: ((out: FamilySink) => void)[] = [];
  readonly counter: Write<'counter'> = this.#keeping('counter');
  readonly gauge: Write<'gauge'> = this.#keeping('gauge');
  readonly unknown: Write<'unknown'> = this.#keeping('unknown');
  readonly histogram: Write<'histogram'> = this.#keeping('histogram');
  readonly gaugeHistogram: Write<'gaugeHistogram'> = this.#keeping('gaugeHistogram');
  readonly exponentialHistogram: Write<'exponentialHistogram'> = this.#keeping('exponentialHistogram');
  readonly summary: Write<'summary'> = this.#keeping('summary');
  readonly info: Write<'info'> = this.#keeping('info');
  readonly stateSet: Write<'stateSet'> = this.#keeping('stateSet');
  readonly columns: Write<'columns'> = this.#keeping('columns');
  readonly error: Write<'error'> = this.#keeping('error');

  constructor(signal: AbortSignal, time: number) {
    this.signal = signal;
    this.time = time;
  }

  replay(out: FamilySink): void {
    for (const write of this.#writes) write(out);
  }

  #keeping<M extends Method>(method: M): Write<M> {
    return (...given) => {
      // Copied: a collector may use its arrays again.
      const copies = given.map(copied);
      this.#writes.push((out) => (out[method] as (...all: unknown[]) => void)(...copies));
    };
  }
}

function copied(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value;
}
