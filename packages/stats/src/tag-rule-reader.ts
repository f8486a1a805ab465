import { LABEL_VALUE_LIMIT, labelValue } from '@oriel/metrics';
import type { ConfigPath, ConfigReport } from './config-report.ts';
import { itemsOf, pairsOf, textOf } from './config-values.ts';
import { NamePattern } from './name-pattern.ts';
import { isTagName } from './tag-key.ts';
import { SHORTEST_VALUE_LIMIT } from './value-rewriter.ts';

/** A name of tags, in which `*` may stand for any characters, and where it is written. */
export interface TagPattern {
  readonly name: NamePattern;
  readonly path: ConfigPath;
}

/** Reads `tags.allow` or `tags.deny`. */
export function readPatterns(value: unknown, path: ConfigPath, report: ConfigReport): TagPattern[] {
  const wanted = 'a list of names of tags, in which "*" stands for any characters';
  return itemsOf(value, wanted, path, report).flatMap((item, i) => {
    const name = textOf(item, 'the name of a tag', [...path, i], report);
    return name === undefined ? [] : { name: new NamePattern(name), path: [...path, i] };
  });
}

/** Reads `tags.rename`. No two tags may get one name, and none that of a constant label. */
export function readRenames(
  value: unknown,
  constant: ReadonlyMap<string, string>,
  report: ConfigReport,
): ReadonlyMap<string, { readonly tag: string; readonly label: string }> {
  const path = ['tags', 'rename'];
  const renames = new Map<string, { tag: string; label: string }>();
  for (const [tag, given] of pairsOf(value, 'an object of new names by old ones', path, report)) {
    const at = [...path, tag];
    const label = readLabelName(given, at, report);
    if (label === undefined) continue;
    const other = [...renames.values()].find((renaming) => renaming.label === label);
    if (other !== undefined) report.issue(at, `"${other.tag}" gets this name too; give each tag its own`);
    else if (constant.has(label))
      report.issue(at, 'a constant label has this name; use another name for one of them');
    renames.set(tag, { tag, label });
  }
  return renames;
}

/** Reads `tags.constant`; a label without a value is none. */
export function readConstants(value: unknown, report: ConfigReport): ReadonlyMap<string, string> {
  const path = ['tags', 'constant'];
  const constants = new Map<string, string>();
  for (const [name, given] of pairsOf(value, 'an object of values by name', path, report)) {
    const at = [...path, name];
    const label = readLabelName(name, at, report);
    const text = given === null || typeof given === 'object' ? undefined : labelValue(given);
    const kept = text !== undefined && (typeof given !== 'string' || text === given);
    if (!kept) report.issue(at, `use a text of at most ${LABEL_VALUE_LIMIT} Unicode characters`);
    else if (label !== undefined && text !== '') constants.set(label, text);
  }
  return constants;
}

/** Reads `tags.valueLength`. */
export function readValueLength(value: unknown, report: ConfigReport): number | undefined {
  const fits =
    Number.isInteger(value) &&
    (value as number) >= SHORTEST_VALUE_LIMIT &&
    (value as number) <= LABEL_VALUE_LIMIT;
  const wanted = `use a whole number from ${SHORTEST_VALUE_LIMIT} to ${LABEL_VALUE_LIMIT}`;
  return fits ? (value as number) : report.issue(['tags', 'valueLength'], wanted);
}

// What a histogram or a summary writes itself cannot be a label of any view.
const reserved = new Set(['le', 'quantile']);

function readLabelName(name: unknown, path: ConfigPath, report: ConfigReport): string | undefined {
  if (!isTagName(name)) return report.issue(path, 'use a name of 1 to 255 printable ASCII characters');
  if (!name.startsWith('__') && !reserved.has(name)) return name;
  return report.issue(path, `the name "${name}" is reserved; use another`);
}
