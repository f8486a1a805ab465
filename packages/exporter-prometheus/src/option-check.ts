import { MetricsError } from '@oriel/metrics';

/** An option that must be a whole number within limits. */
export function numberIn<K extends string>(
  options: { readonly [key in K]?: number },
  name: K,
  otherwise: number,
  [least, most]: readonly [least: number, most: number],
): number {
  const value = options[name] ?? otherwise;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, value, `a whole number from ${least} to ${most}`);
}

/** An option that must be one of a few words. */
export function oneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw invalid(option, value, allowed.map((one) => `"${one}"`).join(' or '));
}

/** The error about an option with a value it cannot take. */
export function invalid(option: string, value: unknown, wanted: string): MetricsError {
  const shown = typeof value === 'string' ? `"${value}"` : String(value);
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot serve metrics: option "${option}" is ${shown}; it must be ${wanted}`,
    details: { option, value },
  });
}
