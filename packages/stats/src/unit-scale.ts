import { parseDuration } from './duration.ts';

/** How large a unit is among those of its kind. */
export interface UnitScale {
  readonly kind: 'time' | 'bytes';
  /** In nanoseconds or bytes. */
  readonly size: number;
}

const time: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
  h: 3600e9,
  d: 86_400e9,
  nanoseconds: 1,
  microseconds: 1e3,
  milliseconds: 1e6,
  seconds: 1e9,
  minutes: 60e9,
  hours: 3600e9,
  days: 86_400e9,
};

const bytes: Readonly<Record<string, number>> = {
  By: 1,
  kBy: 1e3,
  MBy: 1e6,
  GBy: 1e9,
  KiBy: 2 ** 10,
  MiBy: 2 ** 20,
  GiBy: 2 ** 30,
  bytes: 1,
};

export const MILLISECONDS: UnitScale = { kind: 'time', size: 1e6 };

/** The scale of a measure's unit; `undefined` for a unit that is neither of time nor of bytes. */
export function scaleOf(unit: string): UnitScale | undefined {
  if (Object.hasOwn(time, unit)) return { kind: 'time', size: time[unit] };
  return Object.hasOwn(bytes, unit) ? { kind: 'bytes', size: bytes[unit] } : undefined;
}

/** The scale of a unit in the operator's file, where a Go duration such as `1ms` is one too. */
export function writtenScale(unit: string): UnitScale | undefined {
  const size = parseDuration(unit);
  return size === undefined || size === 0 ? scaleOf(unit) : { kind: 'time', size };
}

/** A value in another unit of the same kind; multiplied first, so that no factor such as 0.001 adds its error. */
export function converted(value: number, from: UnitScale, to: UnitScale): number {
  return (value * from.size) / to.size;
}
