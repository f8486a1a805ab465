import type { ConfigPath, ConfigReport } from './config-report.ts';

/** The fields of an object by name, those left empty taken out; none, with an issue, if it is no object. */
export function fieldsOf(
  value: unknown,
  known: readonly string[],
  path: ConfigPath,
  report: ConfigReport,
): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  if (!isObject(value)) {
    report.issue(path, `use an object with ${listed(known)}`);
    return fields;
  }
  for (const [name, field] of Object.entries(value)) {
    if (!known.includes(name)) report.issue([...path, name], `no such field is known; use ${listed(known)}`);
    else if (!isUnset(field)) fields.set(name, field);
  }
  return fields;
}

/** Names and values of an object the operator chose the names of; none, with an issue, if it is no object. */
export function pairsOf(
  value: unknown,
  wanted: string,
  path: ConfigPath,
  report: ConfigReport,
): readonly (readonly [string, unknown])[] {
  if (isUnset(value)) return [];
  if (isObject(value)) return Object.entries(value);
  report.issue(path, `use ${wanted}`);
  return [];
}

/** The items of a list; none, with an issue, if it is no list. A missing one is empty. */
export function itemsOf(
  value: unknown,
  wanted: string,
  path: ConfigPath,
  report: ConfigReport,
): readonly unknown[] {
  if (isUnset(value)) return [];
  if (Array.isArray(value)) return value;
  report.issue(path, `use ${wanted}`);
  return [];
}

/** A text that is not empty; `undefined`, with an issue, if it is none. */
export function textOf(
  value: unknown,
  wanted: string,
  path: ConfigPath,
  report: ConfigReport,
): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return report.issue(path, `use ${wanted}`);
}

/** What YAML and JSON have for a field that stands there without a value. */
export function isUnset(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names in quotes, with "or" before the last. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
