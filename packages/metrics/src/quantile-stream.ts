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
 * Each sample knows the least and the greatest rank it can have. Neighbours are joined only while the gap
 * between the one's least and the other's greatest rank stays under `#tolerance` there, which is narrowest at
 * the wanted quantiles and never shrinks as values arrive: so the answer stays good.
 *
 * Precision: the rank of `query(q)` is within `error * count` of `ceil(q * count)`, for each objective.
 * Source: Cormode, Korn, Muthukrishnan, Srivastava, "Effective computation of biased quantiles over data
 * streams", targeted quantiles; the error is taken a little smaller than asked for, as the paper's tolerance
 * grows beside the quantile and would let the answer slip by that much.
 */
export class QuantileStream {
  readonly #objectives: readonly Objective[];
  #samples: Sample[] = [];
  #count = 0;

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives.map(([quantile, error]) => [quantile, tightened(quantile, error)]);
  }

  /** Samples kept. */
  get size(): number {
    return this.#samples.length;
  }

  /** Takes values in rising order. */
  merge(sorted: Float64Array): void {
    const merged: Sample[] = [];
    let next = 0;
    for (const sample of this.#samples) {
      // Its greatest rank is just under that of the sample it comes before.
      const slack = sample.width + sample.slack - 1;
      for (; next < sorted.length && sorted[next] < sample.value; next++)
        merged.push({ value: sorted[next], width: 1, slack });
      merged.push(sample);
    }
    for (; next < sorted.length; next++) merged.push({ value: sorted[next], width: 1, slack: 0 });
    this.#count += sorted.length;
    this.#samples = this.#compressed(merged);
  }

  /** The value at a quantile; NaN while there is none. */
  query(quantile: number): number {
    const samples = this.#samples;
    if (samples.length === 0) return Number.NaN;
    const limit = Math.ceil(quantile * this.#count) + this.#errorOf(quantile) * this.#count;
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

  #errorOf(quantile: number): number {
    return this.#objectives.find(([wanted]) => wanted === quantile)?.[1] ?? 0;
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

function tightened(quantile: number, error: number): number {
  return error / (1 + (2 * error) / (1 - quantile));
}
