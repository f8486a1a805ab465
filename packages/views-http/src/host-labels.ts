import { OVERFLOW_LABEL_VALUE } from '@oriel/metrics';

const LONGEST = 255;

/** Turns host names into labels of which there are never many: the first so many, or those of a list. */
export class HostLabels {
  readonly #known: Set<string>;
  readonly #limit: number;
  readonly #onFold: () => void;

  constructor(allowed: readonly string[] | undefined, limit: number, onFold: () => void = () => {}) {
    this.#known = new Set(allowed);
    this.#limit = allowed === undefined ? limit : 0;
    this.#onFold = onFold;
  }

  /** The label of a host: itself, or `__overflow__` for all the others; empty stays empty. */
  of(host: string): string {
    if (host === '' || this.#known.has(host)) return host;
    if (this.#known.size >= this.#limit || host.length > LONGEST) {
      this.#onFold();
      return OVERFLOW_LABEL_VALUE;
    }
    this.#known.add(host);
    return host;
  }
}
