import { type FamilyHead, labelsOf, type Snapshot } from '@oriel/metrics';

/** What the family `target` tells of the resource; of several series the first to name an attribute. */
export function resourceAttributes(snapshot: Snapshot): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const { parts } of snapshot.families.filter(isTarget)) {
    for (const part of parts) {
      for (let row = 0; row < part.rows; row++) {
        for (const { name, value } of labelsOf(part, row)) attributes[name] ??= value;
      }
    }
  }
  return attributes;
}

/** Whether a family tells of the resource. */
export function isTarget({ name, type }: FamilyHead): boolean {
  return type === 'info' && name === 'target';
}
