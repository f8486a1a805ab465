import { labelValue } from '@oriel/metrics';

/**
 * What a label name becomes where only letters, digits and `_` are known.
 *
 * Names that become equal are one label, so that no exporter can write a label twice.
 */
export function groupOf(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/gu, '_').replace(/^[0-9]/, '_');
}

/**
 * The label name of an attribute key: the key itself, unless no label may have that name.
 *
 * Shape: `own` is the label that the family writes itself, `le` for histograms; a key of that name gets
 * `exported_` before it, as Prometheus does it. A key that is or could be taken for a reserved `__` name gets
 * `key` before it, as OpenTelemetry's Go translator does it.
 */
export function labelNameOf(key: string, own?: string): string {
  if (key === own) return `exported_${key}`;
  const name = key.toWellFormed();
  return name === '' || groupOf(name).startsWith('__') ? `key${name}` : name;
}

/**
 * The label value of an attribute: plain values as instruments keep them, anything else as JSON.
 *
 * NaN and infinities, which JSON lacks, keep their names. Absent values and what has no JSON become the empty
 * value, which is the same as no label.
 */
export function attributeText(value: unknown): string {
  return labelValue(value) ?? labelValue(jsonOf(value)) ?? '';
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
