import type { ConfigPath, ConfigReport } from './config-report.ts';
import { converted, type UnitScale, writtenScale } from './unit-scale.ts';

/** Bounds as the operator wrote them. */
export interface WrittenBounds {
  readonly path: ConfigPath;
  readonly bounds: readonly number[];
  /** Default: the unit of the measure. */
  readonly scale: UnitScale | undefined;
}

/** Reads bounds; `undefined`, with an issue, if they are not finite, not negative and strictly rising. */
export function readBounds(
  value: unknown,
  path: ConfigPath,
  report: ConfigReport,
): readonly number[] | undefined {
  if (!Array.isArray(value)) return report.issue(path, 'use a list of rising numbers, such as [1, 5, 10]');
  let sound = true;
  for (const [i, bound] of value.entries()) {
    const cure = cureOf(bound, value[i - 1]);
    if (cure === undefined) continue;
    report.issue([...path, i], cure);
    sound = false;
  }
  return sound ? Object.freeze([...value]) : undefined;
}

function cureOf(bound: unknown, before: unknown): string | undefined {
  if (typeof bound !== 'number') return 'use a number';
  if (!Number.isFinite(bound)) return 'use a finite number; there is always a last bucket up to +Inf';
  if (bound < 0) return 'use bounds of 0 or more';
  if (typeof before !== 'number' || bound > before) return undefined;
  if (bound === before) return 'it stands twice; name each bound once';
  return `it stands after ${before}; let the bounds rise`;
}

/** The bounds in the unit of a measure; `undefined` if the units are not of one kind. */
export function boundsFor(
  { bounds, scale }: WrittenBounds,
  to: UnitScale | undefined,
): readonly number[] | undefined {
  if (scale === undefined) return bounds;
  if (scale.kind !== to?.kind) return undefined;
  return bounds.map((bound) => converted(bound, scale, to));
}

/** Reads a unit of bounds; `undefined`, with an issue, if it is none. */
export function readScale(value: unknown, path: ConfigPath, report: ConfigReport): UnitScale | undefined {
  const scale = typeof value === 'string' ? writtenScale(value) : undefined;
  return scale ?? report.issue(path, 'use a unit such as "ms", "s" or "By", or a duration such as "1ms"');
}
