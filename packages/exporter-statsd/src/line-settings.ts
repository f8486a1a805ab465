import type { Flavour, NameTags } from './tag-style.ts';

/** As what a histogram is sent: chosen quantiles, counts by bucket, or samples of a StatsD type. */
export type HistogramForm = 'quantiles' | 'buckets' | 'ms' | 'h' | 'd';

/** What decides how families become lines. */
export interface LineSettings {
  readonly flavour: Flavour;
  readonly nameTags: NameTags;
  readonly histograms: HistogramForm;
  readonly quantiles: readonly number[];
  readonly negativeGauges: 'auto' | 'reset' | 'absolute';
}
