import { ageOf, timeOf } from './exemplar.ts';
import { type ExemplarSampler, USUAL_MIN_AGE } from './exemplar-sampler.ts';
import type { Exemplar } from './snapshot.ts';

/** Exemplars by cell: one that was given and one that a sampler chose, of which a snapshot has one. */
export class CellExemplars {
  /** Who says how long exemplars stay. */
  sampler: ExemplarSampler | undefined;
  readonly #stride: number;
  readonly #given = new Map<number, Exemplar>();
  readonly #sampled = new Map<number, Exemplar>();

  /** `stride` is that of the rows as a snapshot shows them. */
  constructor(stride: number) {
    this.#stride = stride;
  }

  /** Keeps an exemplar in any case. */
  give(row: number, cell: number, exemplar: Exemplar): void {
    this.#given.set(row * this.#stride + cell, exemplar);
  }

  /** Keeps an exemplar, unless a young one is there that tells more: of a trace, or with more labels. */
  giveBetter(row: number, cell: number, exemplar: Exemplar): void {
    const known = this.#given.get(row * this.#stride + cell);
    const least = this.sampler?.minAgeMs ?? USUAL_MIN_AGE;
    if (known === undefined || worth(exemplar) >= worth(known) || ageOf(known, timeOf(exemplar)) >= least)
      this.give(row, cell, exemplar);
  }

  /** Keeps an exemplar that a sampler chose, unless the one before it is too young to go. */
  sample(row: number, cell: number, exemplar: Exemplar): void {
    const at = row * this.#stride + cell;
    const known = this.#sampled.get(at);
    const least = this.sampler?.minAgeMs ?? 0;
    if (known === undefined || ageOf(known, timeOf(exemplar)) >= least) this.#sampled.set(at, exemplar);
  }

  clearRow(row: number): void {
    if (this.#given.size === 0 && this.#sampled.size === 0) return;
    for (let at = row * this.#stride; at < (row + 1) * this.#stride; at++) {
      this.#given.delete(at);
      this.#sampled.delete(at);
    }
  }

  clear(): void {
    this.#given.clear();
    this.#sampled.clear();
  }

  /**
   * Those of the listed rows, by their place in the list; `undefined` if there are none.
   *
   * A given one goes before a sampled one as long as it is not too old, and stays if there is no other.
   */
  copy(live: readonly number[] | undefined): ReadonlyMap<number, Exemplar> | undefined {
    if (this.#sampled.size > 0) this.#dropOld();
    if (this.#given.size === 0 && this.#sampled.size === 0) return undefined;
    const chosen = new Map([...this.#given, ...this.#sampled]);
    for (const [at, exemplar] of this.#given) {
      if (!this.#sampled.has(at) || !this.#isOld(exemplar)) chosen.set(at, exemplar);
    }
    return live === undefined ? chosen : moved(chosen, live, this.#stride);
  }

  #dropOld(): void {
    for (const [at, exemplar] of this.#sampled) if (this.#isOld(exemplar)) this.#sampled.delete(at);
  }

  // Without a sampler nobody is left to show what it chose.
  #isOld(exemplar: Exemplar): boolean {
    const { sampler } = this;
    return sampler === undefined || ageOf(exemplar, sampler.now()) > sampler.maxAgeMs;
  }
}

/** What an exemplar tells, as a number to compare. */
function worth({ labels }: Exemplar): number {
  const isOfTrace = labels.some(({ name, value }) => name === 'trace_id' && value !== '');
  return labels.length + (isOfTrace ? 1000 : 0);
}

function moved(
  exemplars: ReadonlyMap<number, Exemplar>,
  live: readonly number[],
  stride: number,
): ReadonlyMap<number, Exemplar> {
  const place = new Map(live.map((row, at) => [row, at]));
  return new Map(
    [...exemplars].map(([cell, exemplar]) => {
      const row = Math.floor(cell / stride);
      return [(place.get(row) ?? 0) * stride + (cell % stride), exemplar];
    }),
  );
}
