import { isLegacyLabelName } from '@oriel/metrics';
import { escapeLabelValue } from './escape-value.ts';
import type { Escaping } from './format.ts';
import { escapeLabelName } from './naming.ts';

/** A label name as it is exposed: escaped, and another one where it would be the metric's own name. */
export function labelName(name: string, escaping: Escaping): string {
  const text = escapeLabelName(name, escaping);
  // To readers this label is the metric's name, and a second one makes the page invalid.
  return text === '__name__' ? '_name_' : text;
}

/** A label name as text has it: quoted where it is not legal even then. */
export function labelNameText(name: string, escaping: Escaping): string {
  const text = labelName(name, escaping);
  return isLegacyLabelName(text) ? text : `"${escapeLabelValue(text)}"`;
}

/**
 * Values by label name as it is written, empty ones left out.
 *
 * Names that became equal by escaping are one label, its values joined with `;`, as OpenTelemetry rules.
 */
export function joinedLabels(
  names: readonly string[],
  values: readonly string[],
): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  for (const [i, value] of values.entries()) {
    if (value === '') continue;
    const before = joined.get(names[i]);
    joined.set(names[i], before === undefined ? value : `${before};${value}`);
  }
  return joined;
}
