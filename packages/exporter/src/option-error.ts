import { MetricsError } from '@oriel/metrics';
import { valueWithoutSecrets, withoutSecrets } from './backend-target.ts';
import { suggestion } from './nearest-name.ts';
import type { OptionDefinition } from './option-table.ts';

/** An option's value that cannot be used. `where` names its source, such as `flag --metrics-port`. */
export function optionInvalid(option: OptionDefinition, value: unknown, where: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use option "${option.name}" from ${where}: it is ${shown(value)}; use ${option.wanted}`,
    details: { option: option.name, value: valueWithoutSecrets(value), where },
  });
}

/** An option's name, given in code, that stands for none of the known ones. */
export function optionUnknown(name: string, known: readonly string[]): MetricsError {
  return new MetricsError('OPTION_UNKNOWN', {
    message: `Cannot use option ${shown(name)} from code: no option has this name; ${suggestion(name, known)}`,
    details: { option: name },
  });
}

/** A value as messages show it: texts in quotes, long ones cut, passwords hidden. */
export function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}` : (toJson(value) ?? String(value));
  const clear = withoutSecrets(text.toWellFormed());
  return clear.length > 120 ? `${clear.slice(0, 120)}…` : clear;
}

function toJson(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'symbol') return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
