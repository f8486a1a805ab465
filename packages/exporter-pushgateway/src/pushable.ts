import { untimed } from '@oriel/exporter';
import type { Family, SeriesColumns, Snapshot } from '@oriel/metrics';
import type { GroupKey } from './group-path.ts';

/** What a group can hold of a snapshot. */
export interface Pushable {
  readonly snapshot: Snapshot;
  /** What it cannot hold, and why. */
  readonly left: readonly { readonly family: string; readonly fault: string; readonly series: number }[];
}

// The Pushgateway adds these to each group.
const ownFamilies = /^push(_failure)?_time_seconds$/;

/**
 * Takes out of a snapshot what a Pushgateway refuses or would change: times of samples, series with a label of the
 * grouping key, which it would write over, and families of its own. A gauge histogram becomes a histogram: its page
 * would end at one.
 */
export function pushable(snapshot: Snapshot, key: GroupKey): Pushable {
  const left: { family: string; fault: string; series: number }[] = [];
  const families = untimed(snapshot).families.map((family) => {
    const parts = family.parts.filter((part) => {
      const fault = faultOf(family, part, key);
      if (fault !== undefined) left.push({ family: family.name, fault, series: part.rows });
      return fault === undefined;
    });
    return plainType(parts.length === family.parts.length ? family : { ...family, parts });
  });
  return { snapshot: { ...snapshot, families: families.filter(({ parts }) => parts.length > 0) }, left };
}

function plainType(family: Family): Family {
  return family.type === 'gauge_histogram' ? { ...family, type: 'histogram' } : family;
}

function faultOf(
  { name }: Family,
  { constLabels, labels }: SeriesColumns,
  key: GroupKey,
): string | undefined {
  if (ownFamilies.test(name)) return 'the Pushgateway has a family of this name; use another';
  const names = [...constLabels.map((label) => label.name), ...labels.names];
  const clash = names.find((label) => key.has(label.replaceAll(/[^a-zA-Z0-9_]/g, '_')));
  return clash === undefined
    ? undefined
    : `it has label "${clash}", which the grouping key has too; use another name`;
}
