import { distribution, lastValue, type Measure, type Stats, sum, type View, view } from '@oriel/stats';
import type { MeasureDefinition } from './measure-definition.ts';

/**
 * How measures are called and in which units they are kept: `dapr` as in Dapr, `default` by today's
 * conventions of Prometheus.
 */
export type Profile = 'dapr' | 'default';

/** Name of measure, view and metric family. */
export function nameUnder(profile: Profile, definition: MeasureDefinition): string {
  return profile === 'dapr' ? definition.name : definition.today;
}

/** Labels of the view, sorted. */
export function labelsUnder(
  profile: Profile,
  { tags, todayTags = tags }: MeasureDefinition,
): readonly string[] {
  return profile === 'dapr' ? tags : todayTags;
}

/** What the default profile calls the labels that it calls otherwise than Dapr, by Dapr's name. */
export function renamedLabels({ tags, todayTags = tags }: MeasureDefinition): ReadonlyMap<string, string> {
  const gone = tags.filter((tag) => !todayTags.includes(tag));
  const come = todayTags.filter((tag) => !tags.includes(tag));
  // Both are sorted alike; where the numbers differ, labels are dropped and none is renamed.
  return new Map(gone.length === come.length ? gone.map((tag, i) => [tag, come[i]]) : []);
}

/** UCUM code of the unit in which the measure is kept. */
export function unitUnder(profile: Profile, { unit, todayUnit }: MeasureDefinition): string {
  if (profile === 'dapr') return unit;
  return todayUnit ?? (unit === 'ms' ? 's' : unit);
}

/** What a value in the unit of the reference is divided by. */
export function divisorUnder(profile: Profile, { unit }: MeasureDefinition): number {
  return profile === 'default' && unit === 'ms' ? 1000 : 1;
}

/** Whether the family is a state set, for which there is no view. */
export function isStateSet(profile: Profile, { stateSet = false }: MeasureDefinition): boolean {
  return stateSet && profile === 'default';
}

/** Defines the measure of a definition, or finds it where it is defined. */
export function measureUnder(profile: Profile, definition: MeasureDefinition, stats: Stats): Measure {
  const options = {
    name: nameUnder(profile, definition),
    unit: unitUnder(profile, definition),
    description: definition.description,
  };
  // Times and ratios have fractions; the rest is counted.
  const whole = definition.unit !== 'ms' && definition.bounds !== 'RATIO';
  return whole ? stats.measureInt64(options) : stats.measureDouble(options);
}

export interface ViewChoice {
  /** In the unit of the reference. */
  readonly bounds: readonly number[];
  readonly seriesLimit: number;
}

/** The view of a definition; counters add up, so that a recorded zero makes a series. */
export function viewUnder(
  profile: Profile,
  definition: MeasureDefinition,
  measure: Measure,
  { bounds, seriesLimit }: ViewChoice,
): View {
  const divisor = divisorUnder(profile, definition);
  const aggregations = {
    count: () => sum(),
    sum: () => sum(),
    gauge: () => lastValue(),
    histogram: () => distribution(bounds.map((bound) => bound / divisor)),
  };
  return view({
    measure,
    tagKeys: labelsUnder(profile, definition),
    aggregation: aggregations[definition.kind](),
    seriesLimit,
  });
}
