import {
  CellStore,
  type Collector,
  Desc,
  DropCounter,
  type FamilySink,
  LabelIndex,
  NO_ROW,
} from '@oriel/metrics';

/** States of a circuit breaker, in the order of the page. */
export const breakerStates: readonly BreakerState[] = Object.freeze([
  'closed',
  'half-open',
  'open',
  'unknown',
]);

export type BreakerState = 'closed' | 'half-open' | 'open' | 'unknown';

export interface BreakerStatesOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly seriesLimit: number;
}

/** The states of all circuit breakers as one state set; of each breaker one state holds at a time. */
export class BreakerStates implements Collector {
  readonly drops: DropCounter = new DropCounter();
  readonly #desc: Desc;
  readonly #index: LabelIndex;
  readonly #cells = new CellStore(breakerStates.length);

  constructor({ name, help, labelNames, seriesLimit }: BreakerStatesOptions) {
    this.#desc = new Desc({ name, type: 'state_set', help, labelNames });
    this.#index = new LabelIndex(labelNames, seriesLimit, (event) => this.drops.add(event));
  }

  /** Puts a breaker into a state. Labels beyond those of the set are left out. */
  set(labels: Readonly<Record<string, string>>, state: BreakerState): void {
    const row = this.#index.row(labels);
    if (row === NO_ROW) {
      this.drops.add('label_value_invalid');
      return;
    }
    const block = this.#cells.blockOf(row);
    const at = this.#cells.offsetOf(row);
    block.fill(0, at, at + breakerStates.length);
    block[at + breakerStates.indexOf(state)] = 1;
  }

  describe(): Desc[] {
    return [this.#desc];
  }

  collect(out: FamilySink): void {
    const live = this.#index.liveRows();
    out.columns(this.#desc, {
      rows: this.#index.size,
      constLabels: [],
      labels: this.#index.columns(live),
      stride: breakerStates.length,
      values: this.#cells.copy(this.#index.size, live),
      points: [],
      states: breakerStates,
    });
  }
}
