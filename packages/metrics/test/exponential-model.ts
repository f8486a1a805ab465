import type { Exponential } from '../src/exponential.ts';
import { exponentialBound } from '../src/exponential-bounds.ts';

/** What a histogram holds, in plain words. */
export interface ModelState {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly positive: readonly (readonly [number, number])[];
  readonly negative: readonly (readonly [number, number])[];
  readonly began: number;
}

/** An exponential histogram written as the reference reads, with maps and without haste. */
export class ExponentialModel {
  readonly #definition: Exponential;
  #schema = 0;
  #threshold = 0;
  #began: number;
  #scheduled = false;
  #zeros = 0;
  #nans = 0;
  #positive = new Map<number, number>();
  #negative = new Map<number, number>();

  constructor(definition: Exponential, now: number) {
    this.#definition = definition;
    this.#began = now;
    this.#clear();
  }

  record(value: number, now: number): void {
    const { maxBuckets, minResetInterval } = this.#definition;
    const old = now - this.#began >= minResetInterval;
    if (this.#scheduled && old) this.#reset(now);
    this.#count(value);
    if (maxBuckets === 0 || this.#positive.size + this.#negative.size <= maxBuckets) return;
    if (minResetInterval > 0 && !this.#scheduled) {
      if (old) {
        this.#reset(now);
        this.#count(value);
        return;
      }
      this.#scheduled = true;
    }
    if (!this.#widen() && this.#schema > -4) this.#halve();
  }

  state(): ModelState {
    const sorted = (buckets: Map<number, number>) => [...buckets].sort(([a], [b]) => a - b);
    const all = [...this.#positive.values(), ...this.#negative.values(), this.#zeros, this.#nans];
    return {
      schema: this.#schema,
      zeroThreshold: this.#threshold,
      zeroCount: this.#zeros,
      count: all.reduce((sum, count) => sum + count, 0),
      positive: sorted(this.#positive),
      negative: sorted(this.#negative),
      began: this.#began,
    };
  }

  #clear(): void {
    this.#schema = this.#definition.schema;
    this.#threshold = this.#definition.zeroThreshold;
    this.#scheduled = false;
    this.#zeros = 0;
    this.#nans = 0;
    this.#positive = new Map();
    this.#negative = new Map();
  }

  #reset(now: number): void {
    this.#clear();
    this.#began = now;
  }

  #count(value: number): void {
    if (Number.isNaN(value)) this.#nans++;
    else if (Math.abs(value) <= this.#threshold) this.#zeros++;
    else add(value > 0 ? this.#positive : this.#negative, indexOf(this.#schema, Math.abs(value)), 1);
  }

  #widen(): boolean {
    const lowest = Math.min(...this.#positive.keys(), ...this.#negative.keys());
    const bound = exponentialBound(this.#schema, lowest);
    if (bound > this.#definition.maxZeroThreshold) return false;
    for (const buckets of [this.#positive, this.#negative]) {
      this.#zeros += buckets.get(lowest) ?? 0;
      buckets.delete(lowest);
    }
    this.#threshold = bound;
    return true;
  }

  #halve(): void {
    this.#schema--;
    this.#positive = halved(this.#positive);
    this.#negative = halved(this.#negative);
  }
}

function halved(buckets: Map<number, number>): Map<number, number> {
  const half = new Map<number, number>();
  for (const [index, count] of buckets) add(half, Math.ceil(index / 2) + 0, count);
  return half;
}

function add(buckets: Map<number, number>, index: number, count: number): void {
  buckets.set(index, (buckets.get(index) ?? 0) + count);
}

/** By a logarithm that is put right at the bounds. */
function indexOf(schema: number, value: number): number {
  let index = Number.isFinite(value) ? Math.ceil(Math.log2(value) * 2 ** schema) : 1024 * 2 ** schema + 1;
  while (value > exponentialBound(schema, index)) index++;
  while (value <= exponentialBound(schema, index - 1)) index--;
  return index + 0;
}
