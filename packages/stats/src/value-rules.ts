import type { ConfigPath, ConfigReport } from './config-report.ts';
import { fieldsOf, isObject, itemsOf, textOf } from './config-values.ts';
import { LabelReplacer } from './label-replacer.ts';
import { MetricName } from './name-pattern.ts';

/** One entry of the field `rules`, as it is written. */
export interface ValueRuleValues {
  /** A view or measure: its own name, or with `_` for other characters, after the namespace and `_` or without. */
  readonly name: string;
  readonly labels: readonly LabelRuleValues[];
}

export interface LabelRuleValues {
  /** A tag, by the name that code gives it. */
  readonly name: string;
  /** RE2 patterns by replacement, or several such objects in a list; applied in order. */
  readonly regex: Readonly<Record<string, string>> | readonly Readonly<Record<string, string>>[];
}

interface ValueRule {
  readonly path: ConfigPath;
  readonly name: MetricName;
  readonly labels: readonly LabelRule[];
}

interface LabelRule {
  readonly path: ConfigPath;
  readonly name: string;
  readonly replacers: readonly LabelReplacer[];
}

/** The field `rules`, read: what rewrites the values of labels. */
export class ValueRules {
  readonly #rules: readonly ValueRule[];

  constructor(value: unknown, namespace: string, report: ConfigReport) {
    const items = itemsOf(value, 'a list of rules, each with a name and labels', ['rules'], report);
    this.#rules = items.flatMap((item, i) => readRule(item, namespace, ['rules', i], report) ?? []);
  }

  /** The replacers for each tag of a view, in the order of the list. */
  forView(view: string, measure: string, report: ConfigReport): (tag: string) => LabelReplacer[] {
    const rules = this.#rules.filter(({ name }) => name.matches(view) || name.matches(measure));
    for (const rule of rules) report.used.add(rule);
    return (tag) => {
      const labels = rules.flatMap((rule) => rule.labels.filter(({ name }) => name === tag));
      for (const label of labels) report.used.add(label);
      return labels.flatMap(({ replacers }) => replacers);
    };
  }

  /** Warns of metrics and labels that are not known. */
  warnOfUnused(report: ConfigReport): void {
    for (const rule of this.#rules) {
      if (!report.used.has(rule)) {
        report.warn([...rule.path, 'name'], 'no view of this name, or of a measure of this name, runs yet');
        continue;
      }
      for (const label of rule.labels) {
        if (!report.used.has(label))
          report.warn([...label.path, 'name'], 'the metric keeps no tag of this name');
      }
    }
  }
}

function readRule(
  item: unknown,
  namespace: string,
  path: ConfigPath,
  report: ConfigReport,
): ValueRule | undefined {
  const fields = fieldsOf(item, ['name', 'labels'], path, report);
  if (fields.size === 0) return undefined;
  if (!fields.has('name')) return report.issue(path, 'add "name", the name of a metric');
  const name = textOf(fields.get('name'), 'the name of a metric', [...path, 'name'], report);
  const at = [...path, 'labels'];
  const items = itemsOf(fields.get('labels'), 'a list of labels, each with a name and regex', at, report);
  const labels = items.flatMap((label, i) => readLabel(label, [...at, i], report) ?? []);
  return name === undefined ? undefined : { path, name: new MetricName(name, namespace), labels };
}

function readLabel(item: unknown, path: ConfigPath, report: ConfigReport): LabelRule | undefined {
  const fields = fieldsOf(item, ['name', 'regex'], path, report);
  if (fields.size === 0) return undefined;
  if (!fields.has('name')) return report.issue(path, 'add "name", the name of a label');
  const name = textOf(fields.get('name'), 'the name of a label', [...path, 'name'], report);
  const replacers = readRegex(fields.get('regex'), [...path, 'regex'], report);
  return name === undefined ? undefined : { path, name, replacers };
}

function readRegex(value: unknown, path: ConfigPath, report: ConfigReport): LabelReplacer[] {
  if (isObject(value)) return readPairs(value, path, report);
  const items = itemsOf(
    value,
    'an object of patterns by replacement, or a list of such objects',
    path,
    report,
  );
  return items.flatMap((item, i) => {
    if (isObject(item)) return readPairs(item, [...path, i], report);
    report.issue([...path, i], 'use an object of patterns by replacement');
    return [];
  });
}

function readPairs(pairs: object, path: ConfigPath, report: ConfigReport): LabelReplacer[] {
  const entries = Object.entries(pairs);
  for (const [template] of entries) {
    if (entries.length < 2 || !/^(0|[1-9]\d*)$/.test(template)) continue;
    report.warn(
      [...path, template],
      'a replacement that is a number loses its place; write a list of objects instead',
    );
  }
  return entries.flatMap(
    ([template, pattern]) => readReplacer(pattern, template, [...path, template], report) ?? [],
  );
}

function readReplacer(
  pattern: unknown,
  template: string,
  path: ConfigPath,
  report: ConfigReport,
): LabelReplacer | undefined {
  if (typeof pattern !== 'string') return report.issue(path, 'use a pattern as a text, in quotes');
  try {
    const replacer = new LabelReplacer(pattern, template);
    for (const group of replacer.missing) {
      report.warn(
        path,
        `the pattern has no group "${group}", which is empty then; write \${1} before a letter, digit or "_"`,
      );
    }
    return replacer;
  } catch (error) {
    return report.issue(path, `use a regular expression in the syntax of RE2; ${(error as Error).message}`);
  }
}
