import type { ConfigPath, ConfigReport } from './config-report.ts';
import { fieldsOf, isObject, isUnset, pairsOf } from './config-values.ts';
import { NamePattern } from './name-pattern.ts';
import { MILLISECONDS, scaleOf, type UnitScale } from './unit-scale.ts';
import { boundsFor, readBounds, readScale, type WrittenBounds } from './written-bounds.ts';

/** The field `latencyDistributionBuckets`, as it is written: milliseconds, or bounds with their unit. */
export type LatencyBucketValues =
  | readonly number[]
  | {
      /** Of all bounds here, such as `s`, or a Go duration such as `1ms`. Default: `ms`. */
      readonly unit?: string;
      /** For all views that are distributions of time. Default: the bounds of each. */
      readonly default?: readonly number[];
      /** By name of the view, in which `*` stands for any characters; later ones win. Default: none. */
      readonly views?: Readonly<Record<string, readonly number[] | UnitBounds>>;
    };

/** Bounds with a unit of their own. */
export interface UnitBounds {
  readonly unit?: string;
  readonly bounds: readonly number[];
}

interface ForViews {
  readonly name: NamePattern;
  readonly written: WrittenBounds;
}

const FIELD: ConfigPath = ['latencyDistributionBuckets'];

/** The field `latencyDistributionBuckets`, read: bounds for every distribution of time. */
export class LatencyBuckets {
  readonly #default: WrittenBounds | undefined;
  readonly #views: readonly ForViews[];

  constructor(value: unknown, report: ConfigReport) {
    const fields = isObject(value)
      ? fieldsOf(value, ['unit', 'default', 'views'], FIELD, report)
      : new Map<string, unknown>(isUnset(value) ? [] : [['default', value]]);
    const scale = timeScale(fields.get('unit'), MILLISECONDS, [...FIELD, 'unit'], report);
    const path = isObject(value) ? [...FIELD, 'default'] : FIELD;
    this.#default = written(fields.get('default'), scale, path, report);
    this.#views = readViews(fields.get('views'), scale, report);
  }

  /** Bounds for a view of a measure with this unit, in that unit; `undefined` where they stay as they are. */
  boundsFor(view: string, unit: string, report: ConfigReport): readonly number[] | undefined {
    const to = scaleOf(unit);
    if (to?.kind !== 'time') return undefined;
    const own = this.#views.filter(({ name }) => name.matches(view));
    for (const each of own) report.used.add(each);
    const found = own.at(-1)?.written ?? this.#default;
    return found && boundsFor(found, to);
  }

  /** Warns of names that are no distribution of time. */
  warnOfUnused(report: ConfigReport): void {
    for (const each of this.#views) {
      if (report.used.has(each)) continue;
      report.warn(
        each.written.path,
        `no view "${each.name.text}" is registered yet whose measure has a unit of time`,
      );
    }
  }
}

function readViews(value: unknown, scale: UnitScale, report: ConfigReport): ForViews[] {
  const path = [...FIELD, 'views'];
  const pairs = pairsOf(value, 'an object of bounds by name of the view', path, report);
  return pairs.flatMap(([name, given]) => {
    const at = [...path, name];
    const bounds = isObject(given)
      ? readUnitBounds(given, scale, at, report)
      : written(given, scale, at, report);
    return bounds === undefined ? [] : { name: new NamePattern(name), written: bounds };
  });
}

function readUnitBounds(
  given: object,
  scale: UnitScale,
  path: ConfigPath,
  report: ConfigReport,
): WrittenBounds | undefined {
  const fields = fieldsOf(given, ['unit', 'bounds'], path, report);
  const own = timeScale(fields.get('unit'), scale, [...path, 'unit'], report);
  return written(fields.get('bounds'), own, [...path, 'bounds'], report);
}

// None and an empty list leave the bounds as they are, as Dapr has it.
function written(
  value: unknown,
  scale: UnitScale,
  path: ConfigPath,
  report: ConfigReport,
): WrittenBounds | undefined {
  if (isUnset(value) || (Array.isArray(value) && value.length === 0)) return undefined;
  const bounds = readBounds(value, path, report);
  return bounds && { path, bounds, scale };
}

function timeScale(value: unknown, otherwise: UnitScale, path: ConfigPath, report: ConfigReport): UnitScale {
  if (isUnset(value)) return otherwise;
  const scale = readScale(value, path, report);
  if (scale !== undefined && scale.kind !== 'time')
    report.issue(path, 'use a unit of time, such as "ms" or "s"');
  return scale ?? otherwise;
}
