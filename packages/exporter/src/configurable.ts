import { MetricsError } from '@oriel/metrics';
import { shown } from './option-error.ts';

/** A part of the program that takes fields of the operator's file, such as the views of `@oriel/stats`. */
export interface Configurable {
  /** Its top-level fields; no two parts may claim the same one. Documentation is made from them. */
  readonly fields: readonly ConfigField[];
  /** Checks the fields the file sets (absent = its default) and plans what follows. Changes nothing, never throws. */
  prepare(values: Readonly<Record<string, unknown>>): ConfigPlan;
}

/** One top-level field of the operator's file. */
export interface ConfigField {
  readonly name: string;
  readonly description: string;
  /** What a value must be, as the end of "use …". */
  readonly wanted: string;
  /** As documentation shows it. */
  readonly default: string;
}

/** Something about a field. */
export interface ConfigIssue {
  /** Starts with the top-level field; list indices are numbers. */
  readonly path: readonly PropertyKey[];
  /** The cure, as the end of "it is X; …". */
  readonly message: string;
}

/** What a part makes of its fields; until `commit` nothing has changed. */
export interface ConfigPlan {
  /** What is wrong: with one issue in any part, nothing of the file is used. */
  readonly issues: readonly ConfigIssue[];
  /** Odd but usable: logged as warnings with the place in the file. */
  readonly warnings: readonly ConfigIssue[];
  /** Labels that must stand on every family of the registry; the exporter puts them there. */
  readonly constLabels: Readonly<Record<string, string>>;
  /** Makes it so. Never throws; called at most once, and only when no part had an issue. */
  commit(): void;
}

/**
 * Refuses what is no part, and fields that are taken by the exporter or claimed twice.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function checkConfigurables(
  parts: unknown,
  reserved: readonly string[],
): asserts parts is readonly Configurable[] {
  if (!Array.isArray(parts)) throw notUsable(`it is ${shown(parts)}; use a list of parts`);
  const claimed = new Set<string>();
  for (const part of parts) {
    if (!isConfigurable(part)) throw notUsable(`it has ${shown(part)}; pass what has fields and prepare()`);
    for (const { name } of part.fields) {
      if (reserved.includes(name))
        throw notUsable(`field ${shown(name)} is the exporter's own; claim another name`);
      if (claimed.has(name))
        throw notUsable(`field ${shown(name)} is claimed twice; pass one part that takes it`);
      claimed.add(name);
    }
  }
}

function isConfigurable(part: unknown): part is Configurable {
  const { fields, prepare } = (part ?? {}) as Partial<Configurable>;
  const named = (field: Partial<ConfigField> | null) => typeof field?.name === 'string' && field.name !== '';
  return typeof prepare === 'function' && Array.isArray(fields) && fields.every(named);
}

function notUsable(what: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use option "configurables" from code: ${what}`,
    details: { option: 'configurables' },
  });
}
