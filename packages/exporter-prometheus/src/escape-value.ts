/** Escapes backslash, quote and line feed. */
export function escapeLabelValue(value: string): string {
  if (!/["\\\n]/.test(value)) return value.toWellFormed();
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
