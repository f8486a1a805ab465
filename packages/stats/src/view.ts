import { MetricsError, quote } from '@oriel/metrics';
import { type Aggregation, checkedAggregation, sameAggregation } from './aggregation.ts';
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
  /** Beyond it, new series share one row whose tags all say `__overflow__`; Infinity for none. Default: 10 000. */
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
 * Errors: {@link MetricsError} `NAME_INVALID`, `LABEL_NAME_INVALID`, `LABEL_NAME_DUPLICATE`, `BOUNDS_NOT_RISING`,
 * `BOUND_NOT_FINITE`, `ARGUMENT_INVALID`.
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
  const measure = measureOf(options);
  const name = checkName(options.name || measure.name);
  const made: View = Object.freeze({
    kind: 'view',
    name,
    description: descriptionOf(name, options.description || measure.description),
    measure,
    tagKeys: tagNames(name, options.tagKeys ?? []),
    aggregation: aggregationOf(name, options.aggregation),
    seriesLimit: limitOf(name, options.seriesLimit ?? 10_000),
  });
  views.add(made);
  return made;
}

// So that a view written out by hand, or by another copy of this package, is checked as well.
const views = new WeakSet<View>();

/** A view that {@link view} made, as it is; any other, checked and copied. Errors: as {@link view}. */
export function checkedView(given: View): View {
  return views.has(given) ? given : view(given);
}

/** Whether two views are the same by value: measure, tags, aggregation and limit; descriptions may differ. */
export function sameView(a: View, b: View): boolean {
  const tags = a.tagKeys.length === b.tagKeys.length && a.tagKeys.every((key, i) => key === b.tagKeys[i]);
  return (
    tags &&
    a.name === b.name &&
    a.measure === b.measure &&
    a.seriesLimit === b.seriesLimit &&
    sameAggregation(a.aggregation, b.aggregation)
  );
}

/** The error of a view whose name another one has. */
export function viewConflict(view: View, existing: View): MetricsError {
  return new MetricsError('VIEW_CONFLICT', {
    message: `Cannot register view "${view.name}": it exists as ${shown(existing)}, not ${shown(view)}; use the same or another name`,
    details: { view: view.name, existing },
  });
}

function shown({ aggregation, measure, tagKeys, seriesLimit }: View): string {
  return `${shownAggregation(aggregation)} of "${measure.name}" by [${tagKeys.join(', ')}], at most ${seriesLimit} series`;
}

function shownAggregation({ kind, ...options }: Aggregation): string {
  const shown = Object.entries(options).map(([name, value]) =>
    Array.isArray(value) ? `over [${value.join(', ')}]` : `${name} ${value}`,
  );
  return [kind, ...shown].join(' ');
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && /^[ -~]{1,255}$/.test(name)) return name;
  throw new MetricsError('NAME_INVALID', {
    message: `Cannot define view ${quote(name)}: the name is not 1 to 255 printable ASCII characters; use such a name`,
    details: { view: name },
  });
}

function measureOf(options: ViewOptions): Measure {
  const measure = options?.measure;
  if (typeof measure?.record === 'function') return measure;
  refuse(options?.name, `its measure is ${quote(measure)}; use one made by measureDouble or measureInt64`);
}

function descriptionOf(view: string, description: unknown): string {
  if (typeof description === 'string') return description;
  refuse(view, `its description is ${quote(description)}; use a string`);
}

function aggregationOf(view: string, given: Aggregation): Aggregation {
  const aggregation = checkedAggregation(given);
  if (aggregation !== undefined) return aggregation;
  refuse(
    view,
    `its aggregation is ${quote(given)}; use count(), sum(), lastValue(), distribution(bounds) or exponential(options)`,
  );
}

function limitOf(view: string, limit: number): number {
  if (limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && limit >= 1)) return limit;
  refuse(view, `its series limit is ${quote(limit)}; use a whole number of at least 1, or Infinity`);
}

function tagNames(view: string, keys: readonly (TagKey | string)[]): readonly string[] {
  if (!Array.isArray(keys)) refuse(view, `its tag keys are ${quote(keys)}; use an array of keys or names`);
  const names = keys.map((key) => checkTagName(key, `define view "${view}" with tag key`)).sort();
  const twice = names.find((name, i) => name === names[i - 1]);
  if (twice === undefined) return Object.freeze(names);
  throw new MetricsError('LABEL_NAME_DUPLICATE', {
    message: `Cannot define view "${view}": tag "${twice}" stands twice; name each tag once`,
    details: { view, tag: twice },
  });
}

function refuse(view: unknown, what: string): never {
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define view ${quote(view)}: ${what}`,
    details: { view },
  });
}
