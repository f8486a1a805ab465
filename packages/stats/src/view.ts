import { MetricsError, quote } from '@oriel/metrics';
import { type Aggregation, sameAggregation } from './aggregation.ts';
import type { Measure } from './measure.ts';
import { checkTagName, type TagKey } from './tag-key.ts';

export interface ViewOptions {
  /** 1 to 255 printable ASCII characters. Default: the measure's name. */
  readonly name?: string;
  readonly measure: Measure;
  /** Tags to keep apart; the others are added up. Default: none. */
  readonly tagKeys?: readonly (TagKey | string)[];
  readonly aggregation: Aggregation;
  /** Default: the measure's description. */
  readonly description?: string;
  /** Beyond it, new series share one row whose tags all say `__overflow__`. Default: 10 000. */
  readonly seriesLimit?: number;
}

/** A choice of what becomes of a measure: a definition, frozen; it works once it is registered. */
export interface View {
  readonly kind: 'view';
  readonly name: string;
  readonly description: string;
  readonly measure: Measure;
  /** Sorted by name. */
  readonly tagKeys: readonly string[];
  readonly aggregation: Aggregation;
  readonly seriesLimit: number;
}

/**
 * Defines a view.
 *
 * Errors: MetricsError `NAME_INVALID`, `LABEL_NAME_INVALID`, `LABEL_NAME_DUPLICATE`, `ARGUMENT_INVALID`.
 * Source: OpenCensus, "Stats API", View.
 *
 * @example
 * import { measureDouble } from '@oriel/stats';
 *
 * const latency = measureDouble({ name: 'example/latency', unit: 'ms' });
 * const byMethod = view({ measure: latency, tagKeys: ['method'], aggregation: { kind: 'count' } });
 * assert.equal(byMethod.name, 'example/latency');
 */
export function view(options: ViewOptions): View {
  const { measure, aggregation, seriesLimit = 10_000 } = options;
  const name = options.name || measure?.name;
  if (!/^[ -~]{1,255}$/.test(name)) {
    throw new MetricsError('NAME_INVALID', {
      message: `Cannot define view ${quote(name)}: the name is not 1 to 255 printable ASCII characters; use such a name`,
      details: { view: name },
    });
  }
  if (measure === undefined || aggregation === undefined)
    refuse(name, 'it has no measure or no aggregation; give both');
  if (!(seriesLimit >= 1)) refuse(name, `its series limit is ${seriesLimit}; use a number of at least 1`);
  return Object.freeze({
    kind: 'view',
    name,
    description: options.description || measure.description,
    measure,
    tagKeys: tagNames(name, options.tagKeys ?? []),
    aggregation,
    seriesLimit,
  });
}

/** Whether two views are the same by value: measure, tags, aggregation and limit; descriptions may differ. */
export function sameView(a: View, b: View): boolean {
  const tags = a.tagKeys.length === b.tagKeys.length && a.tagKeys.every((key, i) => key === b.tagKeys[i]);
  return (
    tags &&
    a.name === b.name &&
    a.measure.name === b.measure.name &&
    a.seriesLimit === b.seriesLimit &&
    sameAggregation(a.aggregation, b.aggregation)
  );
}

function tagNames(view: string, keys: readonly (TagKey | string)[]): readonly string[] {
  const names = keys.map((key) => checkTagName(key, `define view "${view}" with tag key`)).sort();
  const twice = names.find((name, i) => name === names[i - 1]);
  if (twice === undefined) return Object.freeze(names);
  throw new MetricsError('LABEL_NAME_DUPLICATE', {
    message: `Cannot define view "${view}": tag "${twice}" stands twice; name each tag once`,
    details: { view, tag: twice },
  });
}

function refuse(view: string, what: string): never {
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define view "${view}": ${what}`,
    details: { view },
  });
}
