/** A quantile and how far the rank of the answer may be off, both 0 to 1: `[0.99, 0.001]`. */
export type Objective = readonly [quantile: number, error: number];

interface Sample {
  readonly value: number;
  /** Ranks this sample stands for. */
  width: number;
  /** Ranks it may be off by. */
  readonly slack: number;
}

/**
 * Keeps a few samples of a stream, enough to answer some quantiles within their error.
 *
 * Source: Cormode, Korn, Muthukrishnan, Srivastava, "Effective computation of biased quantiles over data
 * streams", targeted quantiles.
 */
export class QuantileStream {
  readonly #objectives: readonly Objective[];
  #samples: Sample[] = [];
  #count = 0;

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives;
  }

  /** Takes values in rising order. */
  merge(sorted: Float64Array): void {
    const merged: Sample[] = [];
    let rank = 0;
    let next = 0;
    for (const sample of this.#samples) {
      for (; next < sorted.length && sorted[next] < sample.value; next++) {
        merged.push({ value: sorted[next], width: 1, slack: merged.length === 0 ? 0 : this.#slackAt(rank) });
        rank++;
        this.#count++;
      }
      merged.push(sample);
      rank += sample.width;
    }
    for (; next < sorted.length; next++) merged.push({ value: sorted[next], width: 1, slack: 0 });
    this.#count = merged.reduce((sum, sample) => sum + sample.width, 0);
    this.#samples = this.#compressed(merged);
  }

  /** The value at a quantile; NaN while there is none. */
  query(quantile: number): number {
    const samples = this.#samples;
    if (samples.length === 0) return Number.NaN;
    const wanted = Math.ceil(quantile * this.#count);
    const limit = wanted + Math.ceil(this.#tolerance(wanted) / 2);
    let rank = 0;
    for (let i = 1; i < samples.length; i++) {
      rank += samples[i - 1].width;
      if (rank + samples[i].width + samples[i].slack > limit) return samples[i - 1].value;
    }
    return samples[samples.length - 1].value;
  }

  clear(): void {
    this.#samples = [];
    this.#count = 0;
  }

  // From the top: neighbours are joined while the error of their ranks stays tolerable.
  #compressed(samples: readonly Sample[]): Sample[] {
    const kept: Sample[] = [];
    let upper = samples[samples.length - 1];
    if (upper === undefined) return kept;
    let rank = this.#count - upper.width;
    for (let i = samples.length - 2; i >= 0; i--) {
      const sample = samples[i];
      rank -= sample.width;
      if (i > 0 && sample.width + upper.width + upper.slack <= this.#tolerance(rank)) {
        upper.width += sample.width;
      } else {
        kept.push(upper);
        upper = sample;
      }
    }
    kept.push(upper);
    return kept.reverse();
  }

  #slackAt(rank: number): number {
    return Math.max(0, Math.floor(this.#tolerance(rank)) - 1);
  }

  #tolerance(rank: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const [quantile, error] of this.#objectives) {
      const below = rank <= quantile * this.#count;
      const allowed = below
        ? (2 * error * (this.#count - rank)) / (1 - quantile)
        : (2 * error * rank) / quantile;
      if (allowed < least) least = allowed;
    }
    return least;
  }
}
