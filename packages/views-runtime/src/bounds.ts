import { checkBounds, MetricsError } from '@oriel/metrics';
import type { BoundsCode } from './measure-definition.ts';

const KI = 1024;
const MI = KI * KI;
const GI = KI * MI;

const latencies: readonly number[] = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650,
  800, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000,
];

/** Default bounds, in the unit of the reference: milliseconds, bytes or a ratio. */
export const defaultBounds: Readonly<Record<BoundsCode, readonly number[]>> = {
  LAT: latencies,
  WLAT: latencies,
  SIZE: [1, 2, 4, 16, 64, 256]
    .map((n) => n * KI)
    .concat(
      [1, 4, 16, 64, 256].map((n) => n * MI),
      [1, 4].map((n) => n * GI),
    ),
  RATIO: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1, 1.5, 2],
  TRIG: [100, 500, 1000, 5000, 10_000],
};

/** Bounds of latencies as an option gives them; nothing where it gives none. */
export function checkedLatencies(
  option: string,
  given: readonly number[] | undefined,
): readonly number[] | undefined {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return undefined;
  const bounds = checkBounds(given, option);
  if (bounds[0] >= 0) return bounds;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make runtime metrics: ${option} begins with ${bounds[0]} ms, and no time is negative; begin with 0 or more`,
    details: { option, bound: bounds[0] },
  });
}
