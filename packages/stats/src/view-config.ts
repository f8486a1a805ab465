import type { ViewConfigPlan } from './config-report.ts';
import { defaultStats } from './default-stats.ts';
import type { PlanOptions, Stats } from './stats.ts';

/** One field of the operator's file, as the documentation shows it. */
export interface ViewConfigField {
  readonly name: string;
  readonly description: string;
  /** What may stand there, as the end of "use …". */
  readonly wanted: string;
  readonly default: string;
}

/** The part of a program that takes the fields of views from the operator's file. */
export interface ViewConfig {
  readonly fields: readonly ViewConfigField[];
  /** Checks the fields the file sets and plans what follows. Changes nothing, never throws. */
  prepare(values: Readonly<Record<string, unknown>>): ViewConfigPlan;
}

const fields: readonly ViewConfigField[] = Object.freeze([
  {
    name: 'views',
    description: 'Views to drop, to change, or to add for a registered measure; later entries win.',
    wanted: 'a list of entries, each with a name',
    default: 'the views of the program as they are',
  },
  {
    name: 'tags',
    description: 'Which tags views keep, under which names, how long, and labels that stand on everything.',
    wanted: 'an object with allow, deny, rename, constant or valueLength',
    default: 'the tags of each view, values of at most 1024 characters',
  },
  {
    name: 'rules',
    description: 'Regular expressions that rewrite label values, applied in order.',
    wanted: 'a list of rules, each with a name and labels',
    default: 'none',
  },
  {
    name: 'latencyDistributionBuckets',
    description: 'Bounds of the distributions whose measure has a unit of time.',
    wanted: 'a list of milliseconds, or an object with unit, default and views',
    default: 'the bounds of each view',
  },
]);

/**
 * Makes the operator's fields for the views of a `Stats`, for `newExporter('…', { configurables: [viewConfig()] })`.
 *
 * Default: the `Stats` of {@link defaultStats}.
 */
export function viewConfig(stats: Stats = defaultStats(), options: PlanOptions = {}): ViewConfig {
  return Object.freeze({
    fields,
    prepare: (values: Readonly<Record<string, unknown>>) => stats.planViews(values, options),
  });
}
