import { type Escaping, labelName, type PairForm, writeText } from '@oriel/encoding';
import { isLegacyLabelName } from '@oriel/metrics';
import { escapeLabelValue } from './escape-value.ts';

/** A form of label pairs, and of the names in it. */
export interface LabelForm extends PairForm {
  /** A label's name as it is given to {@link PairForm.write}. */
  name(name: string, escaping: Escaping): string;
}

// Escaped or as UTF-8.
const MOST_BYTES_A_CHARACTER = 3;

/** `,name="value"`, the name quoted where it is not legal. */
export const textPairs: LabelForm = {
  name: labelNameText,
  mostBytes: (name, characters) => Buffer.byteLength(name) + 4 + characters * MOST_BYTES_A_CHARACTER,
  write: (bytes, at, name, value) => writeText(bytes, at, `,${name}="${escapeLabelValue(value)}"`),
};

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
