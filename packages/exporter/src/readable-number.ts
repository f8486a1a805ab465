import type { FamilyHead } from '@oriel/metrics';

/** Writes a number of one family for people. */
export type ReadableNumber = (value: number) => string;

/** How a family's values are written, by its unit or, without one, by the end of its name. */
export function readableNumber({ name, unit }: Pick<FamilyHead, 'name' | 'unit'>): ReadableNumber {
  if (/_(timestamp|start_time)_seconds$/.test(name)) return date;
  const ending = /_(seconds|milliseconds|bytes|ratio)(_total)?$/.exec(name)?.[1];
  const known = unit === '' ? ending : unit;
  const factor = secondsIn[known ?? ''];
  if (factor !== undefined) return (value) => duration(value * factor);
  if (known === 'By' || known === 'bytes' || known === 'byte') return bytes;
  return plain;
}

/** A number without a unit: whole ones in groups of three digits, others to four digits. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString('en-US');
  return short(value);
}

const secondsIn: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  milliseconds: 1e-3,
  s: 1,
  seconds: 1,
  min: 60,
  minutes: 60,
  h: 3600,
  hours: 3600,
  d: 86_400,
  days: 86_400,
};

type Step = readonly [from: number, size: number, word: string];

const times: readonly Step[] = [
  [172_800, 86_400, 'd'],
  [7200, 3600, 'h'],
  [120, 60, 'min'],
  [1, 1, 's'],
  [1e-3, 1e-3, 'ms'],
  [1e-6, 1e-6, 'µs'],
  [0, 1e-9, 'ns'],
];

const sizes: readonly Step[] = [
  [2 ** 50, 2 ** 50, 'PiB'],
  [2 ** 40, 2 ** 40, 'TiB'],
  [2 ** 30, 2 ** 30, 'GiB'],
  [2 ** 20, 2 ** 20, 'MiB'],
  [2 ** 10, 2 ** 10, 'KiB'],
  [0, 1, 'B'],
];

function duration(seconds: number): string {
  return seconds === 0 ? '0 s' : stepped(seconds, times);
}

function bytes(value: number): string {
  return stepped(value, sizes);
}

function stepped(value: number, steps: readonly Step[]): string {
  if (!Number.isFinite(value)) return special(value);
  const [, size, word] = steps.find(([from]) => Math.abs(value) >= from) ?? steps[steps.length - 1];
  return `${short(value / size)} ${word}`;
}

function date(seconds: number): string {
  const time = new Date(seconds * 1000);
  if (seconds === 0 || Number.isNaN(time.getTime())) return plain(seconds);
  return time.toISOString().replace('T', ' ').replace(/\.\d+/, '');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function special(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
