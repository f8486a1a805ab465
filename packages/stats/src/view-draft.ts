import type { ExponentialOptions } from '@oriel/metrics';
import {
  type Aggregation,
  count,
  distribution,
  exponential,
  hasBounds,
  lastValue,
  sum,
} from './aggregation.ts';
import type { ConfigReport } from './config-report.ts';
import type { Measure } from './measure.ts';
import { scaleOf } from './unit-scale.ts';
import type { View } from './view.ts';
import type { ViewEntry } from './view-entry.ts';
import { boundsFor } from './written-bounds.ts';

/** A view on its way through the operator's entries. */
export interface ViewDraft {
  readonly name: string;
  readonly measure: Measure;
  readonly description: string;
  readonly tags: readonly string[];
  readonly kind: Aggregation['kind'];
  /** In the unit of the measure; kept for an entry that makes a distribution of the view. */
  readonly bounds: readonly number[] | undefined;
  /** Of the classic buckets beside exponential ones. */
  readonly beside: readonly number[];
  readonly exponential: ExponentialOptions;
  readonly seriesLimit: number;
  readonly expiryMs: number;
  readonly drop: boolean;
}

/** A view as code has it; `latency` are the bounds the operator wants for all distributions of time. */
export function draftOf(view: View, latency: readonly number[] | undefined): ViewDraft {
  const { name, measure, description, tagKeys, aggregation, seriesLimit } = view;
  const own = 'bounds' in aggregation ? aggregation.bounds : undefined;
  const beside = aggregation.kind === 'exponential' ? aggregation.bounds : [];
  return {
    name,
    measure,
    description,
    tags: tagKeys,
    kind: aggregation.kind,
    bounds: latency ?? own,
    beside: beside.length === 0 ? beside : (latency ?? beside),
    exponential: aggregation.kind === 'exponential' ? aggregation : {},
    seriesLimit,
    expiryMs: Number.POSITIVE_INFINITY,
    drop: false,
  };
}

/** A view that an entry makes of a measure, before the entry is laid over it. */
export function newDraft(
  name: string,
  measure: Measure,
  entry: ViewEntry,
  latency: readonly number[] | undefined,
): ViewDraft {
  return {
    name,
    measure,
    description: measure.description,
    tags: [],
    kind: entry.kind ?? (entry.exponential === undefined ? 'distribution' : 'exponential'),
    bounds: latency,
    beside: [],
    exponential: {},
    seriesLimit: 10_000,
    expiryMs: Number.POSITIVE_INFINITY,
    drop: false,
  };
}

/**
 * Lays one entry over a view. What a named view cannot take is an issue; of an entry for many it is left out.
 */
export function changed(draft: ViewDraft, entry: ViewEntry, report: ConfigReport): ViewDraft {
  const given = givenBounds(draft, entry, report);
  const isBeside = (entry.kind ?? draft.kind) === 'exponential';
  const bounds = isBeside ? draft.bounds : (given ?? draft.bounds);
  return {
    ...draft,
    tags: entry.tags ?? draft.tags,
    kind: changedKind(draft, entry, bounds, report),
    bounds,
    beside: isBeside ? (given ?? draft.beside) : draft.beside,
    exponential: changedExponential(draft, entry, report),
    seriesLimit: entry.seriesLimit ?? draft.seriesLimit,
    expiryMs: entry.expiryMs ?? draft.expiryMs,
    drop: entry.drop ?? draft.drop,
  };
}

/** The entry's bounds in the unit of the measure. */
function givenBounds(
  { name, measure, kind }: ViewDraft,
  entry: ViewEntry,
  report: ConfigReport,
): readonly number[] | undefined {
  if (entry.bounds === undefined) return undefined;
  const one = entry.name.exact;
  if (!hasBounds(entry.kind ?? kind)) {
    const cure = `view "${name}" is no distribution; add "aggregation": "distribution", or leave the bounds out`;
    if (one) report.issue(entry.bounds.path, cure);
    return undefined;
  }
  const found = boundsFor(entry.bounds, scaleOf(measure.unit));
  const cure = `measure "${measure.name}" has unit "${measure.unit}"; use a unit of the same kind, or leave it out`;
  if (found === undefined && one) report.issue([...entry.path, 'unit'], cure);
  return found;
}

// Options are given as a whole: those left out have their defaults.
function changedExponential(
  { name, kind, exponential: before }: ViewDraft,
  entry: ViewEntry,
  report: ConfigReport,
): ExponentialOptions {
  if (entry.exponential === undefined) return before;
  if ((entry.kind ?? kind) === 'exponential') return entry.exponential;
  const cure = `view "${name}" has no exponential buckets; add "aggregation": "exponential", or leave it out`;
  if (entry.name.exact) report.issue([...entry.path, 'exponential'], cure);
  return before;
}

function changedKind(
  { name, kind }: ViewDraft,
  entry: ViewEntry,
  bounds: readonly number[] | undefined,
  report: ConfigReport,
): Aggregation['kind'] {
  if (entry.kind !== 'distribution' || bounds !== undefined) return entry.kind ?? kind;
  if (entry.name.exact)
    report.issue([...entry.path, 'aggregation'], `view "${name}" has no bounds; add "bounds"`);
  return kind;
}

/** How the values of a finished view add up. */
export function aggregationOf({ kind, bounds = [], beside, exponential: options }: ViewDraft): Aggregation {
  switch (kind) {
    case 'count':
      return count();
    case 'sum':
      return sum();
    case 'lastValue':
      return lastValue();
    case 'exponential':
      return exponential(options, beside);
    default:
      return distribution(bounds);
  }
}
