import type { Desc } from './desc.ts';
import { MetricsError } from './error.ts';
import type { Registration } from './registration.ts';
import type { CollectedPart } from './row-sink.ts';

/** What is wrong with a part by the rules for tests: it must be exactly what a registered descriptor says. */
export function pedanticFault(part: CollectedPart, registered: Registration): MetricsError | undefined {
  const { head, columns } = part;
  const values = columns.constLabels.map((label) => label.value);
  const desc = registered.find(JSON.stringify([head.name, ...values]));
  const what =
    desc === undefined
      ? 'no registered descriptor has this name and these constant labels; describe it'
      : difference(part, desc);
  if (what === undefined) return undefined;
  return new MetricsError('FAMILY_INCONSISTENT', {
    message: `Cannot collect family "${head.name}": ${what}`,
    details: { family: head.name },
  });
}

function difference({ head, columns }: CollectedPart, desc: Desc): string | undefined {
  for (const key of ['help', 'type', 'unit'] as const) {
    if (head[key] !== desc[key])
      return `its ${key} is "${head[key]}", in its descriptor "${desc[key]}"; keep one`;
  }
  const collected = shown(
    columns.constLabels.map(({ name }) => name),
    columns.labels.names,
  );
  const described = shown(
    desc.constLabels.map(({ name }) => name),
    desc.labelNames,
  );
  if (collected === described) return undefined;
  return `its labels are [${collected}], in its descriptor [${described}]; keep one`;
}

function shown(constant: readonly string[], variable: readonly string[]): string {
  return [...constant, ...variable.toSorted()].join(', ');
}
