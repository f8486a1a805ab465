import { MetricsError } from './error.ts';
import type { Registration } from './registration.ts';
import type { CollectedPart } from './row-sink.ts';

/** What is wrong with a part by the rules for tests: its descriptor must be registered and its labels equal. */
export function isPedanticFault(
  { head, columns }: CollectedPart,
  registered: Registration,
): MetricsError | undefined {
  const values = columns.constLabels.map((label) => label.value);
  if (registered.has(JSON.stringify([head.name, ...values]))) return undefined;
  return new MetricsError('FAMILY_INCONSISTENT', {
    message: `Cannot collect family "${head.name}": no registered descriptor has this name and these constant labels; describe it`,
    details: { family: head.name },
  });
}
