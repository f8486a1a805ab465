import type { ColumnWriter } from '@oriel/encoding';
import type { Family, FamilyHead } from '@oriel/metrics';
import { BucketRow } from './bucket-row.ts';
import { bucketSamples, rateOf } from './bucket-samples.ts';
import { metricName } from './clean-text.ts';
import type { FamilyPlan } from './family-plan.ts';
import type { LineSettings } from './line-settings.ts';
import { type LineShape, type LineType, type LineWriter, lineShape } from './line-writer.ts';
import { estimateQuantile } from './quantile-estimate.ts';
import { numberTag, tagStyle } from './tag-style.ts';

// The keys of a bucket's bounds.
const BOUND_KEYS = ['lower_bound', 'upper_bound'] as const;

/** What is behind the point of a quantile's name: `p50`, `p99`, `p99_9`. */
export function quantileSuffix(quantile: number): string {
  // Shorter than what multiplying leaves: 0.29 * 100 is 28.999999999999996.
  const percent = Number((quantile * 100).toPrecision(12));
  return `p${String(percent).replace('.', '_')}`;
}

/** How a histogram is written, whatever its buckets: absolute ones of a gauge histogram always by their quantiles. */
export function histogramPlan(family: Family, settings: LineSettings): FamilyPlan {
  const form = family.type === 'gauge_histogram' ? 'quantiles' : settings.histograms;
  if (form === 'quantiles') return quantilesPlan(family, settings);
  return form === 'buckets' ? bucketsPlan(family, settings) : samplesPlan(family, form);
}

function quantilesPlan(family: Family, { quantiles }: LineSettings): FamilyPlan {
  const name = metricName(family.name);
  const totals = new Totals(family, name);
  const shapes = quantiles.map((quantile) => lineShape(`${name}.${quantileSuffix(quantile)}`, 'g'));
  const buckets = new BucketRow();
  return {
    names: [...totals.names, ...quantiles.map((quantile) => `${name}.${quantileSuffix(quantile)}`)],
    ownKeys: [],
    writeRow(writer, tags, part, row) {
      buckets.load(part, family.type, row);
      if (!totals.write(writer, tags, row, buckets)) return;
      for (let i = 0; i < shapes.length; i++) {
        const value = estimateQuantile(buckets, quantiles[i]);
        if (value !== undefined) writer.write(shapes[i], tags, row, value);
      }
    },
  };
}

function bucketsPlan(family: Family, settings: LineSettings): FamilyPlan {
  const name = metricName(family.name);
  const totals = new Totals(family, name);
  const shapes = new BucketShapes(`${name}.bucket`, settings);
  const buckets = new BucketRow();
  return {
    names: [...totals.names, `${name}.bucket`],
    ownKeys: BOUND_KEYS,
    writeRow(writer, tags, part, row) {
      buckets.load(part, family.type, row);
      if (!totals.write(writer, tags, row, buckets)) return;
      const { lower, upper, counts, size } = buckets;
      for (let i = 0; i < size; i++) writer.write(shapes.of(lower[i], upper[i]), tags, row, counts[i]);
    },
  };
}

function samplesPlan(family: Family, type: 'ms' | 'h' | 'd'): FamilyPlan {
  const name = metricName(family.name);
  const shape = lineShape(name, type);
  const scale = type === 'ms' && isInSeconds(family) ? 1000 : 1;
  const buckets = new BucketRow();
  return {
    names: [name],
    ownKeys: [],
    writeRow(writer, tags, part, row) {
      buckets.load(part, family.type, row);
      const samples = bucketSamples(buckets);
      for (let i = 0; i < samples.length; i++)
        writer.write(shape, tags, row, samples[i] * scale, rateOf(buckets.counts[i]));
    },
  };
}

// Timers are in milliseconds.
function isInSeconds({ name, unit }: FamilyHead): boolean {
  return unit === 's' || unit === 'seconds' || name.endsWith('_seconds');
}

/** Count and sum: what was added, or what a gauge histogram holds. */
class Totals {
  readonly names: readonly string[];
  readonly #count: LineShape;
  readonly #sum: LineShape;
  readonly #isDelta: boolean;

  constructor({ type }: Family, name: string) {
    const lineType: LineType = type === 'gauge_histogram' ? 'g' : 'c';
    this.names = [`${name}.count`, `${name}.sum`];
    this.#count = lineShape(`${name}.count`, lineType);
    this.#sum = lineShape(`${name}.sum`, lineType);
    this.#isDelta = lineType === 'c';
  }

  /** False if nothing was added: then there is nothing more to say. */
  write(writer: LineWriter, tags: ColumnWriter, row: number, { count, sum }: BucketRow): boolean {
    if (this.#isDelta && count === 0) return false;
    writer.write(this.#count, tags, row, count);
    // NaN says that the sum is not known, and is no fault.
    if (!Number.isNaN(sum) && !(this.#isDelta && sum === 0)) writer.write(this.#sum, tags, row, sum);
    return true;
  }
}

/** The shapes of a family's buckets by their bounds; each is made once. */
class BucketShapes {
  readonly #name: string;
  readonly #settings: LineSettings;
  readonly #byBounds = new Map<number, Map<number, LineShape>>();

  constructor(name: string, settings: LineSettings) {
    this.#name = name;
    this.#settings = settings;
  }

  of(lower: number, upper: number): LineShape {
    return this.#byBounds.get(lower)?.get(upper) ?? this.#make(lower, upper);
  }

  #make(lower: number, upper: number): LineShape {
    const style = tagStyle(this.#settings.flavour, this.#settings.nameTags);
    const { before, between } = style;
    const pairs = [lower, upper].map(
      (bound, i) => `${before}${BOUND_KEYS[i]}${between}${numberTag(bound, style)}`,
    );
    const shape = lineShape(this.#name, 'c', pairs.join(''));
    const byUpper = this.#byBounds.get(lower) ?? new Map<number, LineShape>();
    byUpper.set(upper, shape);
    this.#byBounds.set(lower, byUpper);
    return shape;
  }
}
